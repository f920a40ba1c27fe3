import { digestOf } from './digest.ts'

/**
 * Words that stand in a snapshot for what is not known, with a digest of what the file says of it behind them: whoever
 * compares two snapshots then takes two unknowns for one only where nothing that is said of them differs.
 */
export const sealed = (words: string, said: unknown): string => sealedAs(words, digestOf(said))

/** Words with a digest that is there already; '' where the file says nothing. */
export const sealedAs = (words: string, told: string): string => (told === '' ? words : `${words} #${told}`)

const SEAL = / #[0-9a-f]{12}$/

/** The words as a person reads them. */
export const unsealed = (text: string): string => text.replace(SEAL, '')

/** The digest, with what sets it off; '' where there is none. */
export const sealOf = (text: string): string => SEAL.exec(text)?.[0] ?? ''
