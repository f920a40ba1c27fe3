import { problemOfReadings } from '#iam/readings.ts'
import { UserError } from '../errors.ts'

/** Readings that a program hands over may hold any name; one that does not exist is an error, never ignored. */
export function checkReadings(readings: unknown): void {
  const problem = problemOfReadings(readings)
  if (problem !== undefined)
    throw new UserError('usage/not-a-value', problem, 'docs/disputed.md lists names and choices')
}
