/** What is said of a fix that AWS's words alone come to, wherever it is told. */
export const DRAFTED = "drafted from AWS's words: no policy was seen, so it is neither replayed nor proved"

/** The word before a fix where something else may refuse it. */
export const LIKELY_FIX = 'Likely fix'
