import { GUARDS, POLICY_LAYERS } from '#iam/layers.ts'
import { z } from 'zod'
import { anything, flag, is, list, map, object, oneOf, orNull, SHOWN, string } from './described.ts'

export const Layer = is(z.enum(POLICY_LAYERS), 'A policy layer', 'identity-policy')
export const Guard = z.enum(Object.keys(GUARDS) as [keyof typeof GUARDS, ...(keyof typeof GUARDS)[]])

/** Values that a condition key may have; null: it is absent. */
export const CONTEXT_VALUES = [
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
] as const

/** What is said of a condition key that may have any value. */
export const contextState = {
  state: is(oneOf('unknown', 'present'), '`unknown`: whether it is there is not known; `present`: its value is not'),
}

/** Value of a condition key, as a scenario writes it. */
export const ContextValue = is(
  z.union([...CONTEXT_VALUES, z.object(contextState)]),
  'A value, a list of values, null for absent, or {"state": "unknown"}',
  'vpce-1',
)

/** A policy's document: the object, or its text. */
export const PolicyDocument = is(z.union([object, z.string()]), 'The policy document, or its text, URL-encoded too', {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }],
})

/** What was asked: who, which action, on what, in which context. */
export const Request = is(
  z.object({
    principal: is(string, 'ARN of the caller, a service such as s3.amazonaws.com, or `anonymous`', SHOWN.role),
    principalDetails: is(
      z.object({
        type: is(string, 'Kind of the caller', 'assumed-role').optional(),
        roleArn: is(string, 'ARN of the role behind a session, with its path', SHOWN.role).optional(),
        federatedBy: is(
          string,
          'Parent user of a federated-user session, or the identity provider',
          'arn:aws:iam::111122223333:user/ann',
        ).optional(),
        userId: is(string, '`aws:userid` of the caller', 'AROAEXAMPLEEXAMPLE:ci').optional(),
        permissionSet: is(
          string,
          'Permission set of IAM Identity Center that the role was made from',
          'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef',
        ).optional(),
      }),
      'What else is known about the caller',
    ).optional(),
    principalTags: is(map(string), 'Tags of the caller; {}: none; left out: not said', { team: 'deploy' }).optional(),
    action: is(string, "The action in IAM's spelling, or an API name whose call needs several", SHOWN.action),
    actionExists: is(flag, 'AWS has the action, though the dated reference does not', true).optional(),
    resource: is(
      z.union([z.string(), z.array(z.string()), z.null()]),
      'An ARN or `*`; a list: the call needs the action on each; null: not known',
      SHOWN.resource,
    ),
    resourcePatterns: is(
      map(list(string)),
      'By an ARN of `resource`: patterns of which one matches what it really is',
      { 'arn:aws:s3:::prod-artifacts/*': ['releases/*'] },
    ).optional(),
    resourceAccount: is(
      string,
      'Account that owns the resource, where its ARN has none; left out: not known',
      SHOWN.account,
    ).optional(),
    context: is(map(ContextValue), 'Condition keys of the request', { 'aws:SourceVpce': 'vpce-1' }).optional(),
    contextComplete: is(
      flag,
      'True: a key that is neither listed here nor derived from the rest is absent, not unknown',
      false,
    ).optional(),
  }),
  'A request, as AWS evaluates it (docs/json.md, "Scenario")',
)

const policyFields = {
  name: is(string, 'Name of the policy, for citing', 'deploy').optional(),
  arn: is(string, 'ARN of a managed policy', 'arn:aws:iam::111122223333:policy/deploy').optional(),
  document: PolicyDocument.optional(),
  file: is(string, 'File that the document was read from, for citing', 'deploy.json').optional(),
  lines: is(list(anything), 'Line of each statement in that file', [3]).optional(),
  otherVersions: is(list(string), 'Versions of a managed policy that are not in force', ['v1']).optional(),
  group: is(string, 'Group that the caller has the policy from', 'deployers').optional(),
}

export const Policy = is(
  z.object(policyFields),
  'A policy that is in force; an AWS managed policy may be given by its ARN alone',
)

const ResourcePolicy = is(
  z.object({
    ...policyFields,
    kind: is(string, 'What it is attached to: bucket, key, trust, queue …', 'bucket').optional(),
  }),
  "A resource's own policy",
)

const level = is(
  z.object({
    target: is(string, 'Root, organizational unit or account', 'ou-x1y2'),
    policies: is(list(Policy), 'Policies attached there; left out: they could not be read').optional(),
  }),
  'Policies of one level of the organization',
)

const Attributes = is(object, 'Settings of a resource that are no policy (docs/snapshot.md)', {
  blockPublicAccess: { RestrictPublicBuckets: true },
})

/** All that was in force for a request. */
export const Scenario = is(
  z.object({
    request: Request.partial().meta({ description: 'The request; a denial fills in what is left out' }).optional(),
    policies: is(
      z.object({
        complete: is(
          flag,
          'True: a layer or setting that is left out is not there, rather than unknown',
          false,
        ).optional(),
        serviceControlPolicies: is(
          orNull(list(level)),
          "SCPs on the caller's account, root first; null: none apply",
        ).optional(),
        resourceControlPolicies: is(
          orNull(list(level)),
          "RCPs on the resource's account, root first; null: none apply",
        ).optional(),
        vpcEndpointPolicy: is(
          orNull(ResourcePolicy),
          'Policy of the endpoint that the request came through',
        ).optional(),
        resourcePolicy: is(orNull(ResourcePolicy), "The resource's own policy; null: it has none").optional(),
        identityPolicies: is(orNull(list(Policy)), 'Inline, managed and group policies of the caller').optional(),
        permissionsBoundary: is(orNull(Policy), "The caller's permissions boundary").optional(),
        sessionPolicies: is(orNull(list(Policy)), 'Policies that the session was made with').optional(),
        serviceGuards: is(orNull(Attributes), "Attributes of the request's resource (docs/snapshot.md)").optional(),
      }),
      'Policies in force, by layer: left out is unknown, null or [] is none',
    ).optional(),
    resources: is(
      list(
        z.object({
          arn: is(string, 'ARN of the resource', 'arn:aws:s3:::prod-artifacts'),
          account: is(orNull(string), 'Account that owns it', SHOWN.account).optional(),
          kind: is(string, 'bucket, key, trust, access-point …', 'bucket').optional(),
          policy: is(anything, 'Its policy document, its text, or null', null).optional(),
          attributes: Attributes.optional(),
          file: is(string, 'File that it was read from', 'bucket.json').optional(),
          lines: is(list(anything), 'Line of each statement in that file', [3]).optional(),
        }),
      ),
      'Other resources that the request touches: the bucket behind an access point, the key behind a bucket',
    ).optional(),
    organization: is(
      orNull(
        z.object({
          id: is(string, 'Id of the organization', 'o-exampleorgid').optional(),
          managementAccount: is(string, 'Its management account', '999988887777').optional(),
          principalPath: is(
            orNull(string),
            "Path of the caller's account; null: it is in no organization",
            'o-exampleorgid/r-ab12/',
          ).optional(),
          resourcePath: is(orNull(string), "Path of the resource's account", 'o-exampleorgid/r-ab12/').optional(),
          principalOutside: is(flag, "The caller's account is not in this organization", true).optional(),
          resourceOutside: is(flag, "The resource's account is not in this organization", true).optional(),
        }),
      ),
      'The organization; null: there is none; left out: not known',
    ).optional(),
  }),
  'A request and all that was in force for it (docs/json.md, "Scenario")',
)
