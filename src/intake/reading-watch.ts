import type { Denial } from './denial.ts'

/**
 * Told of so many characters more of an input that are read for good, and of the denials found in them. Together they come to the
 * input but for what is blank.
 */
export type ReadingWatch = (characters: number, found: readonly Denial[]) => void
