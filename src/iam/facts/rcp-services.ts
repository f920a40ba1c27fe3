import { RCP_SUPPORTED } from './data/catalogue.ts'

/**
 * Services whose resources a resource control policy restricts (R-RCP-02):
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 *
 * The union of the generated list and the services of the launch in November 2024. The page as read in September 2026 has
 * the same 62 services as the generated list, so nothing more is added by hand. A service missing here would make a
 * denying RCP invisible, a service too many only asks for a policy that cannot matter: hence a union, never a choice.
 */
export const RCP_SERVICES: ReadonlySet<string> = new Set([
  ...RCP_SUPPORTED.split(' '),
  's3',
  'sts',
  'kms',
  'sqs',
  'secretsmanager',
])
