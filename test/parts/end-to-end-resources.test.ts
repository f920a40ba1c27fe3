import { mendedAndConfirmed } from './end-to-end.ts'
import { INCIDENTS } from './enforcing-aws/incidents.ts'

await mendedAndConfirmed(INCIDENTS.slice(6))
