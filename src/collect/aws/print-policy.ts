import { COLLECTORS } from './collectors.ts'
import { ACCOUNT_ACTIONS } from './iam.ts'
import { IDENTITY_CENTER_ACTIONS } from './identity-center.ts'
import { ORGANIZATION_ACTIONS } from './organization.ts'

/**
 * The least that `collect` needs, as an IAM policy: reading calls only. The statement for other accounts is added where a
 * role is to be assumed in them.
 */
export function collectPolicy(services: readonly string[] | undefined, role: string | undefined): object {
  const chosen = COLLECTORS.filter(({ service }) => services === undefined || services.includes(service))
  const resources = [...new Set(chosen.flatMap(({ actions }) => actions))].sort()
  const allow = (Sid: string, Action: readonly string[]): object => ({ Sid, Effect: 'Allow', Action, Resource: '*' })
  return {
    Version: '2012-10-17',
    Statement: [
      allow('Organization', ORGANIZATION_ACTIONS),
      allow('IdentityCenter', IDENTITY_CENTER_ACTIONS),
      allow('Accounts', ACCOUNT_ACTIONS),
      allow('Resources', resources),
      ...(role === undefined
        ? []
        : [
            {
              Sid: 'OtherAccounts',
              Effect: 'Allow',
              Action: ['sts:AssumeRole'],
              Resource: role.startsWith('arn:') ? role : `arn:*:iam::*:role/${role}`,
            },
          ]),
    ],
  }
}
