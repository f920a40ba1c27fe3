import { type Caller, readCaller } from '#iam/caller.ts'
import type { Case } from '../case.ts'
import { contextOf } from '../context.ts'
import { isWithoutIam } from './api-gateway.ts'
import { isOpenUrl } from './function-urls.ts'

/** Whether what is called authenticates no principal of AWS's, so that its policy sees nobody in particular, signed or not. */
export const isUnauthenticated = (facts: Case): boolean => isWithoutIam(facts) || isOpenUrl(facts)

/**
 * The case as such a policy sees it: only "*" names the caller, its keys are not there, and no policy of its own is asked
 * (R-OTH-02, R-OTH-04, R-PM-13).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
export function asNobody(facts: Case): Case {
  const source = { ...facts.source, caller: NOBODY }
  const question = { ...facts.question, caller: NOBODY, lookup: contextOf(source), hasBoundary: false as const }
  return { ...facts, caller: NOBODY, relation: 'neither', source, question }
}

const NOBODY: Caller = readCaller({ principal: 'anonymous', action: '', resource: null })
