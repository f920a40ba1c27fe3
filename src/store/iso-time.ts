/** Milliseconds since 1970 as ISO 8601 in UTC to the second, as all times of the store are. */
export const isoTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
