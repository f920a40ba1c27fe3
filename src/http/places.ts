/** Where the built page and the judge's own thread are, from the sources; the build writes its own (scripts/build.mjs). */
export const PAGE_FOLDER = new URL('../../dist/web/', import.meta.url)
export const JUDGE_FILE = new URL('../../scripts/judge-thread.mjs', import.meta.url)
