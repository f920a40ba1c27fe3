/** What everyone but the caller of an incident may do, by the second evaluator. */
import { GetAccountAuthorizationDetailsCommand, IAMClient } from '@aws-sdk/client-iam'
import { spec } from '../../spec/spec.ts'
import type { NeededAction } from './calls.ts'
import type { Caller, State } from './in-force.ts'

/** `ARN action resource` → decision, for every user and every role of the organization but `except`. */
export async function accessOfOthers(
  state: State,
  except: string,
  needed: readonly NeededAction[],
): Promise<ReadonlyMap<string, string>> {
  const callers = (await Promise.all(state.accounts().map((account) => callersIn(state, account)))).flat()
  const found = new Map<string, string>()
  for (const caller of callers.filter(({ arn, roleArn }) => (roleArn ?? arn) !== except))
    for (const one of needed)
      found.set(
        `${caller.roleArn ?? caller.arn} ${one.action} ${one.resource}`,
        spec(await state.scenarioFor(caller, one, 'us-east-1')).decision,
      )
  return found
}

async function callersIn(state: State, account: string): Promise<readonly Caller[]> {
  const client = new IAMClient(await state.configFor(account))
  const { RoleDetailList = [], UserDetailList = [] } = await client.send(new GetAccountAuthorizationDetailsCommand({}))
  return [
    ...UserDetailList.map(({ Arn = '' }) => ({ arn: Arn, account })),
    ...RoleDetailList.map(({ Arn = '', RoleName = '' }) => ({
      arn: `arn:aws:sts::${account}:assumed-role/${RoleName}/another`,
      account,
      roleArn: Arn,
    })),
  ]
}
