/** Where the file of the tools' threads is, from the sources; the build writes its own (scripts/build.mjs). */
export const THREAD_FILE = new URL('../../scripts/tool-thread.mjs', import.meta.url)
