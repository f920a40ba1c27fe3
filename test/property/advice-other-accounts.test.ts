import { testAdvice } from './advice.ts'
import { arbitraryShared, OTHER_ACCOUNTS } from './arbitrary-shared.ts'

testAdvice('a bucket or queue of another account', arbitraryShared(OTHER_ACCOUNTS), { hasScopes: true })
