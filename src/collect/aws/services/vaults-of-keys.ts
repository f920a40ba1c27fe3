import { describedService, json, listed, text } from '../described-client.ts'
import { describedKind } from '../described-kind.ts'
import { policyTable } from '../policy-table.ts'

const NOT_FOUND = ['ResourceNotFoundException']

const pca = describedService({ id: 'ACM PCA', host: 'acm-pca', protocol: 'json-1.1', target: 'ACMPrivateCA' })
const listAuthorities = pca.operation(
  'ListCertificateAuthorities',
  ['POST', '/'],
  { NextToken: 'body' },
  { CertificateAuthorities: json<{ Arn?: string }[]>(), NextToken: text },
)

export const certificateAuthorities = policyTable({
  service: 'acm-pca',
  make: pca.Client,
  kinds: [
    describedKind({
      of: pca,
      prefix: 'acm-pca',
      kind: 'certificate-authority',
      list: ['ListCertificateAuthorities'],
      items: (client) => listed(client, listAuthorities, 'CertificateAuthorities'),
      arn: ({ Arn }) => Arn,
      get: pca.operation('GetPolicy', ['POST', '/'], { ResourceArn: 'body' }, { Policy: text }),
      at: (_, ResourceArn) => ({ ResourceArn }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})

const hsm = describedService({
  id: 'CloudHSM V2',
  host: 'cloudhsmv2',
  signs: 'cloudhsm',
  protocol: 'json-1.1',
  target: 'BaldrApiService',
})
const describeBackups = hsm.operation(
  'DescribeBackups',
  ['POST', '/'],
  { NextToken: 'body' },
  { Backups: json<{ BackupArn?: string }[]>(), NextToken: text },
)

export const hsmBackups = policyTable({
  service: 'cloudhsm',
  make: hsm.Client,
  kinds: [
    describedKind({
      of: hsm,
      prefix: 'cloudhsm',
      kind: 'hsm-backup',
      list: ['DescribeBackups'],
      items: (client) => listed(client, describeBackups, 'Backups'),
      arn: ({ BackupArn }) => BackupArn,
      get: hsm.operation('GetResourcePolicy', ['POST', '/'], { ResourceArn: 'body' }, { Policy: text }),
      at: (_, ResourceArn) => ({ ResourceArn }),
      policy: ({ Policy }) => Policy,
      none: ['CloudHsmResourceNotFoundException'],
    }),
  ],
})

const payment = describedService({
  id: 'Payment Cryptography',
  host: 'controlplane.payment-cryptography',
  signs: 'payment-cryptography',
  protocol: 'json-1.0',
  target: 'PaymentCryptographyControlPlane',
})
const listKeys = payment.operation(
  'ListKeys',
  ['POST', '/'],
  { NextToken: 'body' },
  { Keys: json<{ KeyArn?: string }[]>(), NextToken: text },
)

export const paymentKeys = policyTable({
  service: 'payment-cryptography',
  make: payment.Client,
  kinds: [
    describedKind({
      of: payment,
      prefix: 'payment-cryptography',
      kind: 'payment-key',
      list: ['ListKeys'],
      items: (client) => listed(client, listKeys, 'Keys'),
      arn: ({ KeyArn }) => KeyArn,
      get: payment.operation('GetResourcePolicy', ['POST', '/'], { ResourceArn: 'body' }, { Policy: text }),
      at: (_, ResourceArn) => ({ ResourceArn }),
      policy: ({ Policy }) => Policy,
      none: NOT_FOUND,
    }),
  ],
})
