import { isAccountId, parseArn } from '#iam/arn.ts'
import { anyOf, listed, serviceLinkedRole } from './target-selectors.ts'
import type { TargetSelector, DependentCall } from './dependent-call.ts'
import { EBS_ACTIONS, firstKey, keptKey, keyOf, listedKey, namedKey, onKey, ownKey, USE_KEY } from './keys.ts'
import { type CallView, values } from './call-view.ts'
import { through } from './who.ts'

const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide/'

const EBS = 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html'

/** The id of the volume; of one that is only being made it is not known. */
const ebsContext = ({ own: arn }: CallView): Readonly<Record<string, string | undefined>> => {
  const id = arn?.split(':volume/')[1]
  return { 'aws:ebs:id': id === undefined || id.includes('*') ? undefined : id }
}

/** Whether the resource is the one that is encrypted: of a call on several resources that is the volume. */
const isVolumeOrAlone = ({ own: arn, input }: CallView): boolean => {
  const { resource } = input.request
  const isVolume = (listed: string | undefined): boolean => listed?.includes(':volume/') === true
  return isVolume(arn) || !(Array.isArray(resource) && resource.some(isVolume))
}

/** The key of a volume that is being made; one that is not encrypted has none, and one that is attached keeps its own. */
const newKey: TargetSelector = (view) => {
  if (values(view, 'ec2:Encrypted')[0] === 'false') return []
  return (view.input.action === 'ec2:AttachVolume' ? keptKey : listedKey)(view)
}

const ebsKey = firstKey(
  namedKey('ec2:KmsKeyId'),
  ownKey,
  keyOf(anyOf(listed('ec2', 'snapshot/'), listed('ec2', 'volume/'))),
  newKey,
)

/** Of the keys those of the caller's account, or of another. */
const inCallersAccount =
  (selector: TargetSelector, own: boolean): TargetSelector =>
  (view) =>
    selector(view).filter(({ arn, account }) => {
      const written = parseArn(arn ?? '')?.account ?? account
      return (written === undefined || !isAccountId(written) || written === view.callerAccount) === own
    })

const RDS = `${KMS}services-rds.html`

/** Keys of volumes, snapshots and databases (G-22, G-23, G-51, G-93..G-95). */
export const VOLUME_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-22',
    on: ['ec2:RunInstances', 'ec2:CreateVolume', 'ec2:AttachVolume', 'ec2:CopySnapshot', 'ec2:CopyImage'],
    when: isVolumeOrAlone,
    who: through('ec2'),
    needs: [onKey(inCallersAccount(ebsKey, true), EBS_ACTIONS, { via: 'ec2', encryption: ebsContext })],
    why: 'the volume is encrypted with this key, which EC2 uses as the caller',
    docs: EBS,
  },
  {
    rule: 'G-22',
    on: ['ec2:StartInstances'],
    who: through('ec2'),
    needs: [onKey(firstKey(keyOf(listed('ec2', 'volume/')), listedKey), ['kms:CreateGrant'], { via: 'ec2' })],
    later: true,
    why: 'an instance with encrypted volumes starts with a grant on their key, which EC2 makes as the caller; without it the instance stops again',
    docs: 'https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html',
  },
  {
    rule: 'G-95',
    on: ['ec2:RunInstances', 'ec2:CreateVolume', 'ec2:CopySnapshot'],
    when: isVolumeOrAlone,
    who: through('ec2'),
    needs: [
      onKey(
        inCallersAccount(ebsKey, false),
        ['kms:DescribeKey', 'kms:Decrypt', 'kms:CreateGrant', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
        { via: 'ec2', encryption: ebsContext },
      ),
    ],
    why: 'the shared snapshot is encrypted with a key of another account, which must be open to the caller as well',
    docs: `${KMS}services-ebs.html`,
  },
  {
    rule: 'G-23',
    on: ['autoscaling:CreateAutoScalingGroup', 'autoscaling:UpdateAutoScalingGroup'],
    who: { kind: 'role', role: serviceLinkedRole('autoscaling.amazonaws.com', 'AWSServiceRoleForAutoScaling') },
    needs: [onKey(listedKey, [...USE_KEY, 'kms:CreateGrant'])],
    later: true,
    why: 'Auto Scaling starts instances with encrypted volumes as its service-linked role, which the key must allow',
    docs: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
  },
  {
    rule: 'G-51',
    on: ['rds:CreateDBInstance', 'rds:CreateDBCluster', 'rds:RestoreDBInstanceFromDBSnapshot'],
    who: through('rds'),
    needs: [
      onKey(inCallersAccount(firstKey(listedKey, ownKey), true), ['kms:CreateGrant', 'kms:DescribeKey'], {
        via: 'rds',
      }),
    ],
    why: 'the database is encrypted with this key, on which RDS makes a grant as the caller',
    docs: RDS,
  },
  {
    rule: 'G-93',
    on: ['rds:CopyDBSnapshot', 'rds:RestoreDBInstanceFromDBSnapshot'],
    who: through('rds'),
    needs: [
      onKey(
        inCallersAccount(anyOf(ownKey, listedKey), false),
        [
          'kms:CreateGrant',
          'kms:DescribeKey',
          'kms:Decrypt',
          'kms:GenerateDataKey',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        { via: 'rds' },
      ),
    ],
    why: 'the shared snapshot is encrypted with a key of another account, which must be open to the caller as well',
    docs: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/share-encrypted-snapshot.html',
  },
  {
    rule: 'G-93',
    on: ['rds:CopyDBSnapshot'],
    who: through('rds'),
    needs: [onKey(inCallersAccount(listedKey, true), ['kms:CreateGrant', 'kms:DescribeKey'], { via: 'rds' })],
    why: 'the copy is encrypted with this key, on which RDS makes a grant as the caller',
    docs: RDS,
  },
  {
    rule: 'G-94',
    on: ['rds:StartExportTask'],
    who: through('rds'),
    needs: [
      onKey(
        listedKey,
        [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
          'kms:CreateGrant',
          'kms:DescribeKey',
          'kms:RetireGrant',
        ],
        { via: 'rds' },
      ),
    ],
    why: 'the export is encrypted with this key, which RDS uses as the caller',
    docs: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html',
  },
]
