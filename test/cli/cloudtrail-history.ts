/** CloudTrail files of some weeks: everyday denials of batch roles, and what a test adds. */
import { writeFileSync } from 'node:fs'

export interface DeniedCall {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly role: string
  readonly bucket: string
  /** The end of AWS's sentence. */
  readonly why?: string
}

const IMPLICIT = 'because no identity-based policy allows the s3:PutObject action'
export const SCP = 'arn:aws:organizations::999999999999:policy/o-acme1234567/service_control_policy/p-freeze12'
export const BY_SCP = `with an explicit deny in a service control policy: ${SCP}`

const HOUR = 3_600_000

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** As S3 writes it for a PutObject that was refused. */
export function deniedRecord({ time, role, bucket, why = IMPLICIT }: DeniedCall, n: number): Record<string, unknown> {
  const session = `arn:aws:sts::111122223333:assumed-role/${role}/ci`
  return {
    eventVersion: '1.09',
    userIdentity: {
      type: 'AssumedRole',
      arn: session,
      accountId: '111122223333',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          arn: `arn:aws:iam::111122223333:role/${role}`,
          accountId: '111122223333',
          userName: role,
        },
      },
    },
    eventTime: `${new Date(time).toISOString().slice(0, 19)}Z`,
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: 'eu-west-1',
    errorCode: 'AccessDenied',
    errorMessage: `User: ${session} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::${bucket}/a" ${why}`,
    requestParameters: { bucketName: bucket, key: 'a' },
    requestID: `R${n}`,
    eventID: idOf(n),
    recipientAccountId: '111122223333',
  }
}

/** One denial of one of four roles every seven hours. */
export const everyday = (start: number, days: number): DeniedCall[] =>
  Array.from({ length: Math.floor((days * 24) / 7) }, (_, i) => ({
    time: start + i * 7 * HOUR + 60_000,
    role: `batch-${i % 4}`,
    bucket: 'data',
  }))

/** Denials of one role, one every two and a half minutes. */
export const burst = (start: number, count: number, of: Partial<DeniedCall> = {}): DeniedCall[] =>
  Array.from({ length: count }, (_, i) => ({ role: 'deploy', bucket: 'artifacts', ...of, time: start + i * 150_000 }))

/** Ids go on from `first`, so that files of one test do not repeat them. */
export function writeTrail(path: string, calls: readonly DeniedCall[], first = 0): void {
  writeFileSync(path, JSON.stringify({ Records: calls.map((call, i) => deniedRecord(call, first + i)) }))
}
