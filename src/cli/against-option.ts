import { shellWord } from '#quote/shell.ts'

/** Option for the policies that were in force before, for `diagnose` and `fix`. */
export const AGAINST = {
  against: {
    value: 'OLD',
    isAdvanced: true,
    help: 'the policies before the denial (a snapshot, a scenario, REV:PATH of git): fixes that revert what changed come first',
  },
} as const

/** The option as it is to be typed again. */
export const againstWords = ({ against }: { readonly against?: string | undefined }): readonly string[] =>
  against === undefined ? [] : ['--against', shellWord(against)]
