import type { ActionFacts } from '#iam/facts/actions.ts'
import { field, listOf, textField, textOf } from '../cloudtrail/loose-record.ts'
import type { EventResources } from './event-resources.ts'
import type { ParameterIndex } from './parameter-index.ts'
import { all } from './regional-arn.ts'

/** Parameters; documents and the nodes they are sent to; automations (R-CT-31, G-101, G-102). */
export function ssm(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  const types = new Set(facts?.resourceTypes.map(({ name }) => name))
  const parameters = types.has('parameter') ? parametersOf(index, event) : []
  if (parameters.length > 0) return parameters
  const nodes = nodesOf(index, event).filter(({ type }) => types.has(type))
  const documents = types.has('document') ? documentsOf(index, event) : []
  const executions = documents.length > 0 ? executionOf(event, facts) : []
  const associations = types.has('association') ? index.values('associationId').slice(0, 1) : []
  return [
    ...all(
      event,
      'ssm',
      associations.map((id) => `association/${id}`),
    ),
    ...documents,
    ...executions,
    ...nodes.map(({ arn }) => arn),
  ]
}

/**
 * AWS's public parameters belong to nobody's account.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
 */
function parametersOf(index: ParameterIndex, event: EventResources): readonly string[] {
  const names = [...index.values('name'), ...index.values('names'), ...index.values('path')]
  return names.flatMap((name) => {
    if (name.startsWith('arn:')) return [name]
    const plain = name.replace(/^\/+/, '')
    const owner = plain.startsWith('aws/service/') ? { ...event, account: '' } : event
    return all(owner, 'ssm', [`parameter/${plain}`])
  })
}

/** AWS's own documents belong to nobody's account. https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html */
function documentsOf(index: ParameterIndex, event: EventResources): readonly string[] {
  const [name] = [...index.values('documentName'), ...index.values('name')]
  if (name === undefined || name.startsWith('arn:')) return name === undefined ? [] : [name]
  const owner = /^(?:AWS|Amazon)[A-Za-z0-9]{0,40}-/.test(name) ? { ...event, account: '' } : event
  return all(owner, 'ssm', [`document/${name}`])
}

/**
 * An automation is judged on its document and on the execution to be made, which has no id yet (R-MSG-25). The older
 * `automation-definition/NAME:VERSION` is neither starred in the reference nor in the guide's policies any more.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-setup-identity-based-policies.html
 */
const executionOf = (event: EventResources, facts: ActionFacts | undefined): readonly string[] =>
  facts?.name === 'StartAutomationExecution' || facts?.name === 'StartChangeRequestExecution'
    ? all(event, 'ssm', ['automation-execution/*'])
    : []

interface Node {
  readonly type: 'instance' | 'managed-instance' | 'task'
  readonly arn: string
}

/**
 * `i-…` is an instance of EC2, `mi-…` a managed one, `ecs:CLUSTER_TASK_RUNTIME` a task.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
 */
function nodesOf(index: ParameterIndex, event: EventResources): readonly Node[] {
  const ids = [...NODE_PARAMETERS.flatMap((parameter) => index.values(parameter)), ...targetedIds(event)]
  return [...new Set(ids)].flatMap((id): readonly Node[] => {
    const of = (type: Node['type'], service: string, rest: string) =>
      all(event, service, [rest]).map((arn) => ({ type, arn }))
    if (/^i-[\w-]{1,40}$/.test(id)) return of('instance', 'ec2', `instance/${id}`)
    if (/^mi-[\w-]{1,40}$/.test(id)) return of('managed-instance', 'ssm', `managed-instance/${id}`)
    const task = /^ecs:([\w-]{1,255})_([0-9a-f]{32})_[\w-]{1,300}$/.exec(id)
    return task === null ? [] : of('task', 'ecs', `task/${task[1] ?? ''}/${task[2] ?? ''}`)
  })
}

const NODE_PARAMETERS = ['instanceIds', 'instanceId', 'target', 'resourceId']

/** `targets: [{key: "InstanceIds", values: […]}]`; targets by tag name no node. */
const targetedIds = (event: EventResources): readonly string[] =>
  listOf(field(event.parameters, 'targets'))
    .filter((target) => textField(target, 'key')?.toLowerCase() === 'instanceids')
    .flatMap((target) => listOf(field(target, 'values')))
    .flatMap((id) => textOf(id) ?? [])
