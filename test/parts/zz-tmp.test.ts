import { mendedAndConfirmed } from './end-to-end.ts'
import { SHARED } from './enforcing-aws/shared-incidents.ts'

await mendedAndConfirmed(SHARED.filter(({ name }) => /external|without a word/.test(name)))
