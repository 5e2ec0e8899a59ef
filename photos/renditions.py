"""The folders of renditions: one per token, made whole or not at all, never changed."""

import os
import secrets
import shutil
from pathlib import Path

from photos import storage


def new_token() -> str:
    """128 random bits, 22 characters fit for a URL."""
    return secrets.token_urlsafe(16)


def folder_of(token: str) -> str:
    """Where the renditions with this token lie, relative to MEDIA_ROOT."""
    return f"renditions/{token}"


def publish(files: dict[str, bytes]) -> str:
    """Write the files into a new folder, durably; returns its token.

    Nothing is left behind on failure. Raises StorageFull, StorageUnavailable.
    """
    token = new_token()
    with storage.trouble_told():
        storage.check_reserve()
        folder = storage.root() / folder_of(token)
        temporary = folder.with_name(storage.TEMPORARY + token)
        try:
            for name, content in files.items():
                storage.write_durably(temporary / name, [content])
            temporary.rename(folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        storage.sync_folder(folder.parent)
    return token


def rename(token: str) -> str:
    """The same files under a new token; the old folder stays until the caller removes it after the commit.

    Raises StorageFull, StorageUnavailable.
    """
    new = new_token()
    with storage.trouble_told():
        old_folder, folder = storage.root() / folder_of(token), storage.root() / folder_of(new)
        shutil.copytree(old_folder, folder, copy_function=link_or_copy)
        os.utime(folder)  # copytree copies the age too, and the sweep takes old folders without a row for orphans
        storage.sync_folder(folder)
        storage.sync_folder(folder.parent)
    return new


def link_or_copy(source: str, target: str) -> str:
    """A second name for the same bytes where the file system can do that."""
    try:
        os.link(source, target)
    except (PermissionError, NotImplementedError):
        shutil.copyfile(source, target)
    return target


def remove(token: str | None) -> None:
    """Remove the folder of a token, if any. Never raises."""
    if token:
        storage.remove(folder_of(token))


def path_of(token: str, name: str) -> Path:
    """The file of one rendition."""
    return storage.root() / folder_of(token) / name
