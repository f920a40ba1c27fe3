import { DISPUTES } from './disputed.ts'

/** The names of disputed rules and what is made of choices among their readings; the rows stand in disputed.ts. */
export type DisputeName = keyof typeof DISPUTES

/** Choice for every disputed rule, by its name. */
export type Readings = { readonly [N in DisputeName]: (typeof DISPUTES)[N]['choices'][number] }

/** Some choices; the others are the defaults. */
export type SomeReadings = Partial<Readings>

export const DISPUTE_NAMES = Object.keys(DISPUTES) as readonly DisputeName[]

export const DEFAULT_READINGS: Readings = Object.freeze(
  Object.fromEntries(DISPUTE_NAMES.map((name) => [name, DISPUTES[name].choices[0]])),
) as Readings

/** All readings where some are given; the one object of the defaults where none differs. */
export const withReadings = (some: SomeReadings | undefined): Readings =>
  some === undefined || DISPUTE_NAMES.every((name) => (some[name] ?? DEFAULT_READINGS[name]) === DEFAULT_READINGS[name])
    ? DEFAULT_READINGS
    : Object.freeze({ ...DEFAULT_READINGS, ...some })

export const isDisputeName = (name: string): name is DisputeName => Object.hasOwn(DISPUTES, name)

export const isChoice = (name: DisputeName, choice: unknown): boolean =>
  (DISPUTES[name].choices as readonly unknown[]).includes(choice)

/** Problem of readings that come from outside, as a sentence; undefined: nothing. */
export function problemOfReadings(given: unknown): string | undefined {
  if (given === undefined) return undefined
  if (typeof given !== 'object' || given === null) return 'readings are an object of names and choices'
  for (const [name, choice] of Object.entries(given)) {
    if (!isDisputeName(name)) return `no disputed rule is called \`${name.slice(0, 60)}\``
    const listed = DISPUTES[name].choices.map((choice) => `\`${choice}\``).join(', ')
    if (choice !== undefined && !isChoice(name, choice)) return `\`${name}\` is read as one of ${listed}`
  }
  return undefined
}

/** The readings that are not the default ones, for an answer to say so; undefined: all are. */
export function otherReadings(readings: Readings): SomeReadings | undefined {
  if (readings === DEFAULT_READINGS) return undefined
  const others = DISPUTE_NAMES.filter((name) => readings[name] !== DEFAULT_READINGS[name])
  return Object.fromEntries(others.map((name) => [name, readings[name]])) as SomeReadings
}
