import { hostSuffix, parseArn } from '#iam/arn.ts'
import { addPermissions } from './lambda-permission.ts'
import type { Made } from './made.ts'
import { federationName, isIdentityCenter, permissionSetOf } from './owner.ts'
import type { Place } from './place.ts'
import { shellWord } from './shell-word.ts'
import type { Versions } from './versions.ts'

/**
 * The commands that put the document in force, for a person to run: each reads the new document from a file that the
 * command writes first. Undefined: no command of the AWS CLI does it.
 */
export function awsCliOf({ place, before, after }: Made, versions?: Versions): string | undefined {
  if (place.layer === 'resource-policy' && place.kind === 'function') return addPermissions(before, after)
  const command = commandOf(place, before === null, versions)
  if (command === undefined) return undefined
  const file = `${place.layer === 'resource-policy' ? (place.kind ?? 'policy') : 'policy'}.json`
  return `cat > ${file} <<'JSON'\n${JSON.stringify(after, null, 2)}\nJSON\n${command.replaceAll('FILE', file)}`
}

function commandOf(place: Place, isNew: boolean, versions: Versions | undefined): string | undefined {
  switch (place.layer) {
    case 'identity-policy':
      return identityCommand(place, isNew, versions)
    case 'permissions-boundary':
      return place.arn === undefined ? undefined : newVersion(place.arn, versions)
    case 'service-control-policy':
    case 'resource-control-policy':
      return controlCommand(place, isNew)
    case 'vpc-endpoint-policy':
      return `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ${shellWord(place.where ?? place.on)} \\\n  --policy-document file://FILE`
    case 'session-policy':
      return federationName(place) === undefined
        ? `# pass it when the role is assumed:\naws sts assume-role --role-arn ROLE_ARN --role-session-name NAME --policy file://FILE`
        : `# pass it when the session is made:\naws sts get-federation-token --name ${shellWord(federationName(place) ?? '')} --policy file://FILE`
    case 'resource-policy':
      return resourceCommand(place)
    case 'service-guard':
      return undefined
  }
}

/** A managed policy keeps five versions; the oldest has to go where there are five already. */
function newVersion(arn: string, versions: Versions | undefined): string {
  const policy = shellWord(arn)
  const create = `aws iam create-policy-version --policy-arn ${policy} \\\n  --policy-document file://FILE --set-as-default`
  if (versions === undefined)
    return `# at most five versions: aws iam list-policy-versions --policy-arn ${policy}\n${create}`
  if (versions.deletes === undefined) return create
  return `# it has ${versions.used} versions, as many as IAM keeps: the oldest goes\naws iam delete-policy-version --policy-arn ${policy} --version-id ${shellWord(versions.deletes)}\n${create}`
}

function newManaged({ on, arn = '', name }: Place): string {
  const kind = on.includes(':user/') ? 'user' : 'role'
  const holder = shellWord(on.slice(on.lastIndexOf('/') + 1))
  return `aws iam create-policy --policy-name ${shellWord(name)} --policy-document file://FILE\naws iam attach-${kind}-policy --${kind}-name ${holder} --policy-arn ${shellWord(arn)}`
}

function identityCommand(place: Place, isNew: boolean, versions: Versions | undefined): string | undefined {
  const name = shellWord(place.on.slice(place.on.lastIndexOf('/') + 1))
  if (isIdentityCenter(place))
    return `# permission set ${permissionSetOf(place.on)}, in the account of IAM Identity Center:\naws sso-admin put-inline-policy-to-permission-set --instance-arn INSTANCE_ARN \\\n  --permission-set-arn PERMISSION_SET_ARN --inline-policy file://FILE`
  if (place.arn !== undefined) return isNew ? newManaged(place) : newVersion(place.arn, versions)
  const group = / \(group (.+)\)$/.exec(place.name)
  if (group?.[1] !== undefined)
    return `aws iam put-group-policy --group-name ${shellWord(group[1])} \\\n  --policy-name ${shellWord(place.name.slice(0, group.index))} --policy-document file://FILE`
  const kind = place.on.includes(':user/') ? 'user' : 'role'
  return `aws iam put-${kind}-policy --${kind}-name ${name} \\\n  --policy-name ${shellWord(place.name)} --policy-document file://FILE`
}

/** `arn:aws:organizations::111122223333:policy/o-x/service_control_policy/p-abc` → `p-abc`. */
export const policyIdOf = ({ arn, name }: Place): string =>
  arn === undefined ? name : arn.slice(arn.lastIndexOf('/') + 1)

function controlCommand(place: Place, isNew: boolean): string {
  const type = place.layer === 'service-control-policy' ? 'SERVICE_CONTROL_POLICY' : 'RESOURCE_CONTROL_POLICY'
  if (!isNew) return `aws organizations update-policy --policy-id ${shellWord(policyIdOf(place))} --content file://FILE`
  return `aws organizations create-policy --name ${shellWord(place.name)} --description 'made for one request' \\\n  --type ${type} --content file://FILE\naws organizations attach-policy --policy-id POLICY_ID --target-id ${shellWord(place.where ?? place.on)}`
}

function resourceCommand({ on, kind }: Place): string | undefined {
  const arn = parseArn(on)
  if (arn === undefined) return undefined
  const name = shellWord(arn.resource.slice(Math.max(arn.resource.lastIndexOf('/'), arn.resource.lastIndexOf(':')) + 1))
  const region = arn.region === '' ? '' : ` --region ${shellWord(arn.region)}`
  switch (kind) {
    case 'trust':
      return `aws iam update-assume-role-policy --role-name ${name} --policy-document file://FILE`
    case 'bucket':
      return arn.service === 's3' ? `aws s3api put-bucket-policy --bucket ${name} --policy file://FILE` : undefined
    case 'access-point':
      return `aws s3control put-access-point-policy --account-id ${shellWord(arn.account)} --name ${name} --policy file://FILE${region}`
    case 'key':
      return `aws kms put-key-policy --key-id ${shellWord(on)} --policy-name default --policy file://FILE${region}`
    case 'queue':
      return `aws sqs set-queue-attributes --queue-url https://sqs.${arn.region}.${hostSuffix(arn.partition)}/${arn.account}/${arn.resource} \\\n  --attributes "$(jq -c '{Policy: tojson}' FILE)"${region}`
    case 'topic':
      return `aws sns set-topic-attributes --topic-arn ${shellWord(on)} --attribute-name Policy --attribute-value file://FILE${region}`
    case 'secret':
      return `aws secretsmanager put-resource-policy --secret-id ${shellWord(on)} --resource-policy file://FILE${region}`
    case 'repository':
      return arn.service === 'ecr'
        ? `aws ecr set-repository-policy --repository-name ${shellWord(arn.resource.replace('repository/', ''))} --policy-text file://FILE${region}`
        : undefined
    case 'table':
    case 'stream':
      return arn.service === 'dynamodb'
        ? `aws dynamodb put-resource-policy --resource-arn ${shellWord(on)} --policy file://FILE${region}`
        : `aws kinesis put-resource-policy --resource-arn ${shellWord(on)} --policy file://FILE${region}`
    default:
      return undefined
  }
}
