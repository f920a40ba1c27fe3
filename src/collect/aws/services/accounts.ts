import {
  DescribeOrganizationCommand,
  DescribeResourcePolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import {
  GetResourcePolicyCommand,
  paginateDescribeOptOutLists,
  paginateDescribePhoneNumbers,
  paginateDescribePools,
  paginateDescribeSenderIds,
  PinpointSMSVoiceV2Client,
} from '@aws-sdk/client-pinpoint-sms-voice-v2'
import { GetEmailIdentityPoliciesCommand, paginateListEmailIdentities, SESv2Client } from '@aws-sdk/client-sesv2'
import { paginateDescribeParameters, paginateGetResourcePolicies, SSMClient } from '@aws-sdk/client-ssm'
import { keyArn } from '../collector.ts'
import { orNone } from '../outcome.ts'
import { each, kindOf, only, policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

export const emailIdentities = policyTable({
  service: 'ses',
  make: SESv2Client,
  kinds: [
    kindOf({
      kind: 'identity',
      list: ['ses:ListEmailIdentities'],
      items: (client: SESv2Client) =>
        each(paginateListEmailIdentities({ client }, { PageSize: 1000 }), ({ EmailIdentities }) => EmailIdentities),
      arn: ({ IdentityName }, { partition, region, account }) =>
        IdentityName && `arn:${partition}:ses:${region}:${account}:identity/${IdentityName}`,
      get: ['ses:GetEmailIdentityPolicies'],
      policy: async (client, { IdentityName: EmailIdentity }) => {
        const { Policies = {} } = await client.send(new GetEmailIdentityPoliciesCommand({ EmailIdentity }))
        return Object.entries(Policies)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([, text]) => text)
      },
      none: ['NotFoundException'],
    }),
  ],
})

async function sharingPolicies(client: SSMClient, ResourceArn: string | undefined): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for await (const { Policies = [] } of paginateGetResourcePolicies({ client }, { ResourceArn }))
    found.push(...Policies.map(({ Policy }) => Policy))
  return found
}

/** Parameters of the advanced tier may be shared, and the OpsItems of an account; others have no policy, and get no file. */
export const parameters = policyTable({
  service: 'ssm',
  make: SSMClient,
  kinds: [
    kindOf({
      kind: 'parameter',
      list: ['ssm:DescribeParameters'],
      items: (client: SSMClient) =>
        each(paginateDescribeParameters({ client }, { MaxResults: 50 }), ({ Parameters }) =>
          Parameters?.filter(({ Tier }) => Tier !== 'Standard'),
        ),
      arn: ({ ARN, Name = '' }, { partition, region, account }) =>
        ARN ?? `arn:${partition}:ssm:${region}:${account}:parameter${Name.startsWith('/') ? '' : '/'}${Name}`,
      attributes: ({ KeyId }, place) => ({ kmsKeyArn: keyArn(KeyId, place) }),
      get: ['ssm:GetResourcePolicies'],
      policy: (client, { ARN }) => sharingPolicies(client, ARN),
      none: NOT_FOUND,
    }),
    kindOf({
      kind: 'ops-item-group',
      list: ['ssm:GetResourcePolicies'],
      items: (_: SSMClient, { partition, region, account }) =>
        only(`arn:${partition}:ssm:${region}:${account}:opsitemgroup/default`),
      arn: (arn) => arn,
      get: [],
      policy: sharingPolicies,
      none: NOT_FOUND,
      sparse: true,
    }),
  ],
})

const smsPolicy = async (client: PinpointSMSVoiceV2Client, ResourceArn: string | undefined) =>
  (await client.send(new GetResourcePolicyCommand({ ResourceArn }))).Policy

const SMS = { get: ['sms-voice:GetResourcePolicy'], none: NOT_FOUND }

/** AWS End User Messaging: what of it can be shared. */
export const messaging = policyTable({
  service: 'sms-voice',
  make: PinpointSMSVoiceV2Client,
  kinds: [
    kindOf({
      ...SMS,
      kind: 'phone-number',
      list: ['sms-voice:DescribePhoneNumbers'],
      items: (client: PinpointSMSVoiceV2Client) =>
        each(paginateDescribePhoneNumbers({ client }, { Owner: 'SELF' }), ({ PhoneNumbers }) => PhoneNumbers),
      arn: ({ PhoneNumberArn }) => PhoneNumberArn,
      policy: (client, { PhoneNumberArn }) => smsPolicy(client, PhoneNumberArn),
    }),
    kindOf({
      ...SMS,
      kind: 'pool',
      list: ['sms-voice:DescribePools'],
      items: (client: PinpointSMSVoiceV2Client) =>
        each(paginateDescribePools({ client }, { Owner: 'SELF' }), ({ Pools }) => Pools),
      arn: ({ PoolArn }) => PoolArn,
      policy: (client, { PoolArn }) => smsPolicy(client, PoolArn),
    }),
    kindOf({
      ...SMS,
      kind: 'sender-id',
      list: ['sms-voice:DescribeSenderIds'],
      items: (client: PinpointSMSVoiceV2Client) =>
        each(paginateDescribeSenderIds({ client }, { Owner: 'SELF' }), ({ SenderIds }) => SenderIds),
      arn: ({ SenderIdArn }) => SenderIdArn,
      policy: (client, { SenderIdArn }) => smsPolicy(client, SenderIdArn),
    }),
    kindOf({
      ...SMS,
      kind: 'opt-out-list',
      list: ['sms-voice:DescribeOptOutLists'],
      items: (client: PinpointSMSVoiceV2Client) =>
        each(paginateDescribeOptOutLists({ client }, { Owner: 'SELF' }), ({ OptOutLists }) => OptOutLists),
      arn: ({ OptOutListArn }) => OptOutListArn,
      policy: (client, { OptOutListArn }) => smsPolicy(client, OptOutListArn),
    }),
  ],
})

/** The organization, where this is its management account: it owns the policy that delegates to other accounts. */
async function* ownOrganization(client: OrganizationsClient, account: string) {
  const answer = await orNone(client.send(new DescribeOrganizationCommand({})), ['AWSOrganizationsNotInUseException'])
  if (answer?.Organization?.MasterAccountId === account) yield answer.Organization
}

export const delegation = policyTable({
  service: 'organizations',
  make: OrganizationsClient,
  once: true,
  kinds: [
    kindOf({
      kind: 'organization',
      list: ['organizations:DescribeOrganization'],
      items: (client: OrganizationsClient, { account }) => ownOrganization(client, account),
      arn: ({ Arn }) => Arn,
      get: ['organizations:DescribeResourcePolicy'],
      policy: async (client) => (await client.send(new DescribeResourcePolicyCommand({}))).ResourcePolicy?.Content,
      none: ['ResourcePolicyNotFoundException'],
    }),
  ],
})
