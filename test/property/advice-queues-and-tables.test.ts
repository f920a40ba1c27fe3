import { testAdvice } from './advice.ts'
import { arbitraryShared, QUEUE_OR_TABLE } from './arbitrary-shared.ts'

testAdvice('a queue or table of the account', arbitraryShared(QUEUE_OR_TABLE))
