import { testAdvice } from './advice.ts'
import { arbitraryShared, A_KEY } from './arbitrary-shared.ts'

testAdvice('a key', arbitraryShared(A_KEY))
