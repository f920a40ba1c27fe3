/** What is wrong in a statement that was meant to allow the call, as a sentence. */
export const mistakeWords = (mistake: { readonly statement: string; readonly slips: readonly string[] }): string =>
  `Mistake in ${mistake.statement.charAt(0).toLowerCase()}${mistake.statement.slice(1)}: ${mistake.slips.join('; ')}`
