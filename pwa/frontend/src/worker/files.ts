/** The app's files of this version, as the build put them here. */
export const FILES = (self as unknown as ServiceWorkerGlobalScope).__WB_MANIFEST;
