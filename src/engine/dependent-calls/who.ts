import type { Who } from './dependent-call.ts'

/** Who is evaluated, as the rows say it; hop.ts says what each means. */
export const SAME_CALL: Who = { kind: 'caller' }

/** The caller, in a forward access session of `service`.amazonaws.com. */
export const through = (service: string): Who => ({ kind: 'forwarded', by: `${service}.amazonaws.com` })
