import type { Denial } from '#intake/denial.ts'

/** Whether a role was refused that the call or the job hands over, and that nobody names. */
export const isOfServiceRole = ({ principal, notes }: Pick<Denial, 'principal' | 'notes'>): boolean =>
  principal === null && notes.some(({ code }) => code === 'service-role')
