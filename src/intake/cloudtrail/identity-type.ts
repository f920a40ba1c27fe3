import { type JsonObject, textField } from './loose-record.ts'

/** Beginnings of the resource of a session's ARN, each with the `type` that it then has to have. */
const SESSIONS = [
  [':assumed-role/', 'assumedrole'],
  [':federated-user/', 'federateduser'],
] as const

/**
 * `userIdentity.type` in small letters (R-CT-01). Some records say `IAMUser` beside the ARN of a session, which is right:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html (the entries of GenerateDataKey and Decrypt)
 */
export function identityType(identity: unknown): string {
  const type = (textField(identity, 'type') ?? '').toLowerCase()
  if (type !== 'iamuser') return type
  const arn = textField(identity, 'arn') ?? ''
  return SESSIONS.find(([begins]) => arn.includes(begins))?.[1] ?? type
}

/** The console of old, not a service that calls with the caller's permissions: it signed with the user's own session. */
const CONSOLE = new Set(['signin.amazonaws.com', 'console.amazonaws.com', 'console.aws.amazon.com'])

/**
 * The service that made the call (R-CT-04). Until about 2020 CloudTrail wrote the console there too, beside the address of
 * the user: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html (StartLogging)
 */
export function invokedBy(record: JsonObject): string | undefined {
  const name = textField(record, 'userIdentity', 'invokedBy')
  return name === undefined || CONSOLE.has(name.toLowerCase()) ? undefined : name
}

/** Whether the record marks the console as the maker of the call. */
export const isMarkedConsole = (record: JsonObject): boolean =>
  CONSOLE.has((textField(record, 'userIdentity', 'invokedBy') ?? '').toLowerCase())

/** Events that a service logs of itself have an account and no caller: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html */
export const hasCaller = (record: JsonObject): boolean =>
  ['type', 'arn', 'principalId'].some((name) => textField(record, 'userIdentity', name) !== undefined)
