import { nearestOf } from '#iam/nearest-name.ts'

/** The known name that a word of the command line was meant for: the only one that it begins, else the nearest; undefined: none. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name === '') return undefined
  const [only, ...more] = known.filter((candidate) => candidate.startsWith(name))
  return (more.length === 0 ? only : undefined) ?? nearestOf(name, known) ?? undefined
}
