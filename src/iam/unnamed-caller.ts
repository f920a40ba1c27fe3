/** Name of the role in the place of a caller that nobody named (R-EVID-10). */
export const UNNAMED = 'CALLER'

/** Whether an ARN is that of the placeholder for a caller of whom only policies are known. */
export const isUnnamedCaller = (arn: string): boolean => arn.endsWith(`:role/${UNNAMED}`)
