import { mendedAndConfirmed } from './end-to-end.ts'
import { SHARED } from './enforcing-aws/shared-incidents.ts'

await mendedAndConfirmed(SHARED.slice(6))
