/** Where the built page and the worker's own thread are, from the sources; the build writes its own (scripts/build.mjs). */
export const PAGE_FOLDER = new URL('../../dist/web/', import.meta.url)
export const WORKER_FILE = new URL('../../scripts/worker-thread.mjs', import.meta.url)
