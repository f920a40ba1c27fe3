/** Runs that stand where something was taken out: `****`, `…`, `...`, `<name>`, a variable of a shell `$USER`. */
export const TAKEN_OUT = /\*{2,}|…|\.{3,}|<[^<>/:]*>?|^\$\{?(?!(?:LATEST|DEFAULT)$)[A-Z][A-Z_]{1,40}\}?$/

/** Whether nothing of a name is left. */
export const isTakenOut = (name: string): boolean => name.replace(TAKEN_OUT, '') === ''
