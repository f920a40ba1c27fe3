import { explainPolicies } from '#engine/explain.ts'
import type { Leaf } from '#engine/requirement-tree.ts'
import { formatArn, parseArn } from '#iam/arn.ts'
import { isSecretElsewhere } from '#iam/named-secret.ts'
import { awsOption, noAwsValue } from '#quote/shell.ts'
import type { RequestEdit } from '../edit.ts'
import type { GrantGoal } from '../grant-goal.ts'

const MAX_NAMED = 2

/**
 * Whether an Allow of the caller's policies is for the secret of that name in another account: then the call should give the ARN, and
 * nothing is granted on a secret of the caller's own account.
 */
export const isSecretOfOther = ({ trace, input }: GrantGoal): boolean =>
  trace
    .filter(({ layer }) => layer === 'identity-policy')
    .flatMap(({ policies }) => explainPolicies(policies, input.question))
    .some(
      ({ effect, failedOn }) =>
        effect === 'Allow' &&
        failedOn.length > 0 &&
        failedOn.every(({ element, expected }) => element === 'Resource' && isForSecretElsewhere(expected, input)),
    )

const isForSecretElsewhere = (expected: unknown, { request }: GrantGoal['input']): boolean =>
  [expected].flat().some((pattern) => isSecretElsewhere(String(pattern), String(request.resource)))

/** Resource that a call is about where it names none, and the option that names another. */
interface Unnamed {
  readonly type: string
  readonly separator: '/' | ':'
  /** The name that AWS takes then. */
  readonly usual: string
  readonly option: string
  /** The commands that take the option, by action. */
  readonly commands: Readonly<Record<string, string>>
  readonly what: string
}

/**
 * Calls that go to a resource of the account's own where they name none.
 * https://docs.aws.amazon.com/athena/latest/ug/workgroups-manage-queries-control-costs.html,
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
 */
const UNNAMED: Readonly<Record<string, Unnamed>> = {
  athena: {
    type: 'workgroup',
    separator: '/',
    usual: 'primary',
    option: '--work-group',
    commands: { startqueryexecution: 'aws athena start-query-execution --query-string QUERY' },
    what: 'workgroup',
  },
  events: {
    type: 'event-bus',
    separator: '/',
    usual: 'default',
    option: '--event-bus-name',
    commands: {
      putrule: 'aws events put-rule --name NAME',
      puttargets: 'aws events put-targets --rule NAME --targets TARGETS',
    },
    what: 'event bus',
  },
  scheduler: {
    type: 'schedule-group',
    separator: '/',
    usual: 'default',
    option: '--group-name',
    commands: {},
    what: 'schedule group',
  },
}

/**
 * The call with a resource that an Allow names, where the evidence names none and the call may do without: what it went to
 * then is not what is allowed. No policy has to change.
 */
export function namingEdits({ finding }: Leaf, goal: GrantGoal): readonly RequestEdit[] {
  const { request, question } = goal.input
  const unnamed = UNNAMED[question.action.service]
  const arn = typeof request.resource === 'string' ? parseArn(request.resource) : undefined
  if (goal.step !== 0 || unnamed === undefined || arn === undefined || finding.layer !== 'identity-policy') return []
  const head = `${unnamed.type}${unnamed.separator}`
  const name = arn.resource.slice(head.length)
  if (!arn.resource.startsWith(head) || !(goal.placeholders.includes(name) || name === unnamed.usual)) return []
  const names = finding.policies.flatMap((policy) =>
    explainPolicies([policy], question).flatMap((verdict, i) => {
      const isNear = verdict.effect === 'Allow' && verdict.failedOn.every(({ element }) => element === 'Resource')
      const resources = policy.document.statements[i]?.resources ?? []
      return !isNear || verdict.matches !== false
        ? []
        : resources.flatMap(({ source }) => {
            const resource = parseArn(source)?.resource ?? ''
            const own = resource.slice(head.length)
            return resource.startsWith(head) && own !== '' && !/[*?$/]/.test(own) ? [own] : []
          })
    }),
  )
  return [...new Set(names)].slice(0, MAX_NAMED).map((own) => {
    const command = unnamed.commands[question.action.name]
    return {
      is: 'request',
      kind: 'edit-request',
      layer: finding.layer,
      operations: [{ op: 'replace', path: '/resource', value: formatArn({ ...arn, resource: `${head}${own}` }) }],
      does: `name ${unnamed.what} ${own}, which is allowed: a call that names none goes to \`${unnamed.usual}\``,
      slug: `request-${unnamed.type}`,
      hint: 'another name needs another statement',
      ...(command === undefined || noAwsValue(own) !== undefined
        ? {}
        : { call: `${command} ${awsOption(unnamed.option, own)}` }),
    }
  })
}
