import { UNKNOWN_POLICY_ARN } from '#engine/managed-policies.ts'
import { jmesText } from '#quote/shell.ts'
import { permissionRecipe } from './lambda-permission.ts'
import type { EditedDocument } from './edited-document.ts'
import { federationName, isIdentityCenter, permissionSetOf } from './owner.ts'
import type { PolicyLocation } from './policy-location.ts'
import { aws, type Call, type Line, type Value } from './script/call.ts'
import type { Recipe } from './script/recipe.ts'
import { resourceSteps } from './script/resource-recipe.ts'
import { statementsOf } from './statement.ts'
import type { Versions } from './versions.ts'

type Steps = Omit<Recipe, 'before' | 'after'>

/** How the document is put in force with the AWS CLI. Undefined: no command does it. */
export function recipeOf({ location, before, after }: EditedDocument, versions?: Versions): Recipe | undefined {
  if (location.layer === 'resource-policy' && location.kind === 'function') return permissionRecipe(before, after)
  const steps = stepsOf(location, before === null, versions)
  return steps === undefined ? undefined : { ...steps, before, after }
}

/**
 * How statements are added to a policy that was not read: what is in force is fetched, and put back with them. Undefined: no
 * command does it.
 */
export function additionRecipe({ location, after }: EditedDocument): Recipe | undefined {
  const steps = stepsOf(location, false, undefined)
  return steps === undefined || steps.byHand !== undefined
    ? undefined
    : { ...steps, before: undefined, after: null, adds: statementsOf(after), notes: [ADD_TO_IT], pasted: [] }
}

const ADD_TO_IT = 'the policy in force was not read: add the statement to what the command above prints, or run fix.sh'

const POLICY: Value = { document: 'policy' }

function stepsOf(location: PolicyLocation, isNew: boolean, versions: Versions | undefined): Steps | undefined {
  switch (location.layer) {
    case 'identity-policy':
      return identitySteps(location, isNew, versions)
    case 'permissions-boundary':
      return location.arn === undefined ? undefined : newVersion(location.arn, versions)
    case 'service-control-policy':
    case 'resource-control-policy':
      return controlSteps(location, isNew)
    case 'vpc-endpoint-policy':
      return endpointSteps(location.where ?? location.on)
    case 'session-policy':
      return sessionSteps(location)
    case 'resource-policy':
      return resourceSteps(location)
    case 'service-guard':
      return undefined
  }
}

const byHand = (why: string, ...pasted: readonly Call[]): Steps => ({
  read: [],
  put: pasted,
  byHand: why,
  notes: [why],
})

const sessionSteps = (location: PolicyLocation): Steps =>
  federationName(location) === undefined
    ? byHand(
        'pass it when the role is assumed:',
        aws('sts assume-role', {
          '--role-arn': word('ROLE_ARN'),
          '--role-session-name': word('SESSION_NAME'),
          '--policy': POLICY,
        }),
      )
    : byHand(
        'pass it when the session is made:',
        aws('sts get-federation-token', { '--name': federationName(location), '--policy': POLICY }),
      )

const endpointSteps = (id: string): Steps => ({
  read: [aws('ec2 describe-vpc-endpoints', { '--vpc-endpoint-ids': id, '--query': 'VpcEndpoints[0].PolicyDocument' })],
  put: [aws('ec2 modify-vpc-endpoint', { '--vpc-endpoint-id': id, '--policy-document': POLICY })],
})

/** A managed policy keeps five versions; the oldest has to go where there are five already. */
function newVersion(arn: string, versions: Versions | undefined): Steps {
  const of = { '--policy-arn': knownArn(arn) }
  const create = aws('iam create-policy-version', { ...of, '--set-as-default': FLAG, '--policy-document': POLICY })
  const notes =
    versions === undefined
      ? ['it may have five versions at most: `aws iam list-policy-versions` shows them']
      : versions.deletes === undefined
        ? []
        : [`it has ${versions.used} versions, as many as IAM keeps: the oldest goes`]
  const oldest =
    versions?.deletes === undefined
      ? []
      : [aws('iam delete-policy-version', { ...of, '--version-id': versions.deletes })]
  return {
    read: [readManaged(knownArn(arn))],
    put: [
      { into: 'versions', call: aws('iam list-policy-versions', { ...of, '--query': 'length(Versions)' }) },
      `if [ "$versions" -ge ${MAX_VERSIONS} ]; then`,
      { into: 'oldest', call: aws('iam list-policy-versions', { ...of, '--query': OLDEST }) },
      `oldest=$(printf '%s' "$oldest" | tr -d '"')`,
      `say "  it has $versions versions, as many as IAM keeps: the oldest, $oldest, goes"`,
      aws('iam delete-policy-version', { ...of, '--version-id': { shell: '$oldest' } }),
      'fi',
      create,
    ],
    notes,
    pasted: [...oldest, create],
  }
}

/** A word that a person replaces before the command can run. */
const word = (placeholder: string): Value => ({ placeholder })

const knownArn = (arn: string): Value => (arn === UNKNOWN_POLICY_ARN ? word(arn) : arn)

const FLAG: Value = { flag: true }
const MAX_VERSIONS = 5
const OLDEST = 'sort_by(Versions[?!IsDefaultVersion], &CreateDate)[0].VersionId'

const readManaged = (arn: Value): Call =>
  aws('iam get-policy-version', {
    '--policy-arn': arn,
    '--version-id': { from: aws('iam get-policy', { '--policy-arn': arn, '--query': 'Policy.DefaultVersionId' }) },
    '--query': 'PolicyVersion.Document',
  })

/** A new managed policy allows nothing until it is attached, and can be attached again without harm. */
function newManaged({ on, arn = '', name }: PolicyLocation): Steps {
  const kind = on.includes(':user/') ? 'user' : 'role'
  const holder = { [`--${kind}-name`]: on.slice(on.lastIndexOf('/') + 1), '--policy-arn': arn }
  return {
    exists: [holderExists(kind, on)],
    read: [readManaged(arn)],
    none: 'NoSuchEntity',
    put: [aws('iam create-policy', { '--policy-name': name, '--policy-document': POLICY })],
    finish: [aws(`iam attach-${kind}-policy`, holder)],
    undo: [aws(`iam detach-${kind}-policy`, holder), aws('iam delete-policy', { '--policy-arn': arn })],
  }
}

const holderExists = (kind: 'user' | 'role', on: string): Line =>
  aws(`iam get-${kind}`, {
    [`--${kind}-name`]: on.slice(on.lastIndexOf('/') + 1),
    '--query': kind === 'user' ? 'User.Arn' : 'Role.Arn',
  })

function identitySteps(location: PolicyLocation, isNew: boolean, versions: Versions | undefined): Steps | undefined {
  if (isIdentityCenter(location)) return permissionSetSteps(location, isNew)
  if (location.arn !== undefined) return isNew ? newManaged(location) : newVersion(location.arn, versions)
  const group = / \(group (.+)\)$/s.exec(location.name)
  if (group?.[1] !== undefined) {
    const exists = aws('iam get-group', { '--group-name': group[1], '--query': 'Group.Arn' })
    return inlineSteps('group', group[1], location.name.slice(0, group.index), exists)
  }
  const kind = location.on.includes(':user/') ? 'user' : 'role'
  return inlineSteps(
    kind,
    location.on.slice(location.on.lastIndexOf('/') + 1),
    location.isNameOfFile === true ? word('POLICY_NAME') : location.name,
    holderExists(kind, location.on),
  )
}

/**
 * The inline policy of a permission set, which becomes that of its roles when the set is provisioned. There is one at most, and who puts
 * another replaces it: where none was seen, that is said.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ProvisionPermissionSet.html
 */
function permissionSetSteps({ on, permissionSet = '' }: PolicyLocation, isNew: boolean): Steps {
  const [, partition, instance] = /^arn:([\w-]{1,20}):sso:::\w{1,20}\/(ssoins-\w{1,40})\//.exec(permissionSet) ?? []
  const set = {
    '--instance-arn': instance === undefined ? word('INSTANCE_ARN') : `arn:${partition}:sso:::instance/${instance}`,
    '--permission-set-arn': permissionSet === '' ? word('PERMISSION_SET_ARN') : permissionSet,
  }
  const steps = byHand(
    `permission set ${permissionSetOf(on)}, in the account of IAM Identity Center:`,
    aws('sso-admin put-inline-policy-to-permission-set', { ...set, '--inline-policy': POLICY }),
    aws('sso-admin provision-permission-set', { ...set, '--target-type': 'ALL_PROVISIONED_ACCOUNTS' }),
  )
  const read = aws('sso-admin get-inline-policy-for-permission-set', { ...set, '--query': 'InlinePolicy' })
  return { ...steps, read: [read], notes: [...(isNew ? [ONE_INLINE] : []), ...(steps.notes ?? [])] }
}

const ONE_INLINE =
  'a permission set has one inline policy: where that shows one, add the statement to it, for the next replaces it'

function inlineSteps(kind: 'user' | 'role' | 'group', holder: string, policy: Value, exists: Line): Steps {
  const of = { [`--${kind}-name`]: holder, '--policy-name': policy }
  return {
    exists: [exists],
    read: [aws(`iam get-${kind}-policy`, { ...of, '--query': 'PolicyDocument' })],
    none: 'NoSuchEntity',
    put: [aws(`iam put-${kind}-policy`, { ...of, '--policy-document': POLICY })],
    undo: [aws(`iam delete-${kind}-policy`, of)],
  }
}

/** `arn:aws:organizations::111122223333:policy/o-x/service_control_policy/p-abc` → `p-abc`. */
export const policyIdOf = ({ arn, name }: PolicyLocation): string =>
  arn === undefined ? name : arn.slice(arn.lastIndexOf('/') + 1)

function controlSteps(location: PolicyLocation, isNew: boolean): Steps {
  const id = policyIdOf(location)
  return isNew
    ? newControl(location)
    : {
        read: [aws('organizations describe-policy', { '--policy-id': id, '--query': 'Policy.Content' })],
        put: [aws('organizations update-policy', { '--policy-id': id, '--content': POLICY })],
      }
}

/** Names of control policies are unique in an organization, so that the one that was made is found by its name. */
function newControl(location: PolicyLocation): Steps {
  const type = location.layer === 'service-control-policy' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY'
  const target = location.where ?? location.on
  const [all, attached] = [
    aws('organizations list-policies', { '--filter': type, '--query': idOf('Policies', location.name) }),
    aws('organizations list-policies-for-target', {
      '--target-id': target,
      '--filter': type,
      '--query': idOf('Policies', location.name),
    }),
  ]
  const create = aws('organizations create-policy', {
    '--name': location.name,
    '--description': 'made for one request',
    '--type': type,
    '--content': POLICY,
  })
  const made: Value = { from: all }
  return {
    exists: [attached],
    read: [
      { into: 'id', call: all },
      `if [ "$id" = null ]; then printf 'null\\n'; else`,
      aws('organizations describe-policy', { '--policy-id': made, '--query': 'Policy.Content' }),
      'fi',
    ],
    put: [create],
    finish: [
      { into: 'attached', call: attached },
      'if [ "$attached" = null ]; then',
      aws('organizations attach-policy', { '--policy-id': made, '--target-id': target }),
      'fi',
    ],
    undo: [
      { into: 'attached', call: attached },
      'if [ "$attached" != null ]; then',
      aws('organizations detach-policy', { '--policy-id': made, '--target-id': target }),
      'fi',
      aws('organizations delete-policy', { '--policy-id': made }),
    ],
    pasted: [create, aws('organizations attach-policy', { '--policy-id': word('POLICY_ID'), '--target-id': target })],
  }
}

const idOf = (list: string, name: string): string => `${list}[?Name==${jmesText(name)}].Id | [0]`
