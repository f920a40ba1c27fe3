import { testAdvice } from './advice.ts'
import { arbitraryShared, OWN_BUCKET } from './arbitrary-shared.ts'

testAdvice('a bucket of the account', arbitraryShared(OWN_BUCKET), { hasScopes: true })
