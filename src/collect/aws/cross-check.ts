import {
  AccessAnalyzerClient,
  CheckAccessNotGrantedCommand,
  type CheckAccessNotGrantedCommandInput,
  CheckNoNewAccessCommand,
  type CheckNoNewAccessCommandInput,
} from '@aws-sdk/client-accessanalyzer'
import {
  type EvaluationResult,
  IAMClient,
  paginateSimulateCustomPolicy,
  paginateSimulatePrincipalPolicy,
  type SimulateCustomPolicyCommandInput,
  type SimulatePrincipalPolicyCommandInput,
} from '@aws-sdk/client-iam'
import { type AccountAccess, type AwsSettings, openAccess } from './account-access.ts'
import { errorName, isCredentialFault, reasonOf } from './outcome.ts'

/** A question to one of AWS's own evaluators, with what is sent. */
export type AwsQuestion =
  | { readonly call: 'iam:SimulatePrincipalPolicy'; readonly input: SimulatePrincipalPolicyCommandInput }
  | { readonly call: 'iam:SimulateCustomPolicy'; readonly input: SimulateCustomPolicyCommandInput }
  | { readonly call: 'access-analyzer:CheckNoNewAccess'; readonly input: CheckNoNewAccessCommandInput }
  | { readonly call: 'access-analyzer:CheckAccessNotGranted'; readonly input: CheckAccessNotGrantedCommandInput }

export type AwsAnswer =
  | {
      readonly ok: true
      readonly is: 'simulation'
      readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
      readonly matched: readonly string[]
      readonly missing: readonly string[]
      readonly withOrganization: boolean
    }
  | { readonly ok: true; readonly is: 'check'; readonly result: string; readonly message: string }
  | { readonly ok: false; readonly reason: string; readonly refused: boolean }

/**
 * The answers, in the order of the questions. `tell` is called before each is sent. A refusal is an answer; credentials
 * and a network that fail are thrown.
 */
export async function askEvaluators(
  settings: Omit<AwsSettings, 'concurrency'>,
  questions: readonly AwsQuestion[],
  tell: (index: number) => void,
): Promise<readonly AwsAnswer[]> {
  const { own } = await openAccess({ ...settings, concurrency: 1 })
  const answers: AwsAnswer[] = []
  for (const [index, question] of questions.entries()) {
    tell(index)
    answers.push(await ask(own, question))
  }
  return answers
}

const REFUSALS = new Set(['AccessDenied', 'AccessDeniedException'])

async function ask(access: AccountAccess, question: AwsQuestion): Promise<AwsAnswer> {
  try {
    switch (question.call) {
      case 'iam:SimulatePrincipalPolicy': {
        const client = access.client(IAMClient)
        return await simulated(paginateSimulatePrincipalPolicy({ client }, question.input), question.input)
      }
      case 'iam:SimulateCustomPolicy': {
        const client = access.client(IAMClient)
        return await simulated(paginateSimulateCustomPolicy({ client }, question.input), question.input)
      }
      case 'access-analyzer:CheckNoNewAccess':
        return checked(await access.client(AccessAnalyzerClient).send(new CheckNoNewAccessCommand(question.input)))
      case 'access-analyzer:CheckAccessNotGranted':
        return checked(await access.client(AccessAnalyzerClient).send(new CheckAccessNotGrantedCommand(question.input)))
    }
  } catch (error) {
    if (isCredentialFault(error) || !(error instanceof Error) || !('$fault' in error)) throw error
    return { ok: false, reason: reasonOf(question.call, error), refused: REFUSALS.has(errorName(error)) }
  }
}

const checked = ({
  result = '',
  message = '',
}: {
  result?: string | undefined
  message?: string | undefined
}): AwsAnswer => ({
  ok: true,
  is: 'check',
  result,
  message,
})

/** Results come in pages; each is of one action, and may be of each resource besides. */
async function simulated(
  pages: AsyncIterable<{ EvaluationResults?: EvaluationResult[] | undefined }>,
  { ResourceArns = [] }: { readonly ResourceArns?: string[] | undefined },
): Promise<AwsAnswer> {
  const results: EvaluationResult[] = []
  for await (const { EvaluationResults = [] } of pages) results.push(...EvaluationResults)
  const [first] = results
  if (first === undefined) return { ok: false, reason: 'the simulation has no result', refused: false }
  const [wanted] = ResourceArns
  const ofResource = results
    .flatMap(({ ResourceSpecificResults = [] }) => ResourceSpecificResults)
    .find(({ EvalResourceName }) => EvalResourceName === wanted)
  const decision = ofResource?.EvalResourceDecision ?? first.EvalDecision ?? 'implicitDeny'
  const matched = ofResource?.MatchedStatements ?? first.MatchedStatements ?? []
  return {
    ok: true,
    is: 'simulation',
    decision,
    matched: [...new Set(matched.flatMap(({ SourcePolicyId }) => SourcePolicyId ?? []))],
    missing: [...new Set([...(ofResource?.MissingContextValues ?? []), ...(first.MissingContextValues ?? [])])],
    withOrganization: results.some(({ OrganizationsDecisionDetail }) => OrganizationsDecisionDetail !== undefined),
  }
}
