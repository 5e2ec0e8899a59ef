/** The public map over the list. */
import { findAll } from "./dom";
import { startWhenSeen } from "./map/start";

startWhenSeen(findAll("[data-map]").filter((map) => !map.closest("[data-place], [data-finder], [data-desk-map]")));
