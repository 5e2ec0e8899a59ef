"""Where GeoDjango finds GDAL, GEOS and PROJ: inside the wheels of pyogrio and shapely.

They are newer than Debian's and need no apt package. Their file names carry hashes, so we look.
"""

import os
from pathlib import Path

import pyogrio
import shapely


def find_library(package_file: str, folder: str, pattern: str) -> str:
    """Path of the one shared library in a wheel's side folder; raises FileNotFoundError naming what is missing."""
    directory = Path(package_file).parent.parent / folder
    matches = sorted(directory.glob(pattern))
    if not matches:
        raise FileNotFoundError(f"{pattern} not found in {directory}; reinstall requirements/base.txt")
    return str(matches[0])


GDAL_LIBRARY_PATH = find_library(pyogrio.__file__, "pyogrio.libs", "libgdal*.so*")
GEOS_LIBRARY_PATH = find_library(shapely.__file__, "shapely.libs", "libgeos_c*.so*")
os.environ.setdefault("PROJ_DATA", str(Path(pyogrio.__file__).parent / "proj_data"))
os.environ.setdefault("GDAL_DATA", str(Path(pyogrio.__file__).parent / "gdal_data"))
