/** A path as a text of SQL. */
export const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`
