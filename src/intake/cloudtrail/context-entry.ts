/** A condition key that a record settles; null: it was certainly absent. */
export type ContextEntry = readonly [key: string, value: string | number | boolean | readonly string[] | null]
