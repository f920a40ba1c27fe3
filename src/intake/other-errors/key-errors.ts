import type { UnrelatedError } from './finding.ts'

/** Errors about a KMS key or a secret that no policy decides: its state, its name, the account and Region where it is looked for. */
export const KEY_ERRORS: readonly UnrelatedError[] = [
  {
    code: 'key-state',
    phrases: [
      'kmsdisabled',
      'disabledexception',
      'kmsinvalidstate',
      'isdisabled',
      'ispendingdeletion',
      'ispendingimport',
    ],
    pattern:
      /(?:\b(?<code>(?:KMS\.)?(?:KMSDisabled(?:Exception)?|KMSInvalidState(?:Exception)?|DisabledException))\b[^\n]{0,200}?)?(?<arn>arn:[\w-]{1,20}:kms:[\w-]{1,30}:\d{12}:key\/[\w-]{1,60}) is (?<state>disabled|pending (?:replica )?deletion|pending import|unavailable)|\b(?<code2>(?:KMS\.)?(?:KMSDisabled(?:Exception)?|KMSInvalidState(?:Exception)?|DisabledException))\b/,
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    text: ({ arn, state }) => {
      const key = arn ?? 'KEY_ARN'
      if (state?.includes('deletion') === true)
        return `The KMS key is ${state}, so no policy was evaluated and none helps. \`aws kms cancel-key-deletion --key-id ${key}\`, then \`aws kms enable-key --key-id ${key}\`, before the waiting period ends. Afterwards what it encrypted is lost.`
      if (state === 'disabled')
        return `The KMS key is disabled, so no policy was evaluated and none helps. \`aws kms enable-key --key-id ${key}\` enables it, if it was not disabled on purpose.`
      return `The state of the KMS key forbids the call, so no policy was evaluated and none helps. \`aws kms describe-key --key-id ${key} --query KeyMetadata.KeyState\` prints the state (Disabled: \`enable-key\`; PendingDeletion: \`cancel-key-deletion\`, then \`enable-key\`).`
    },
  },
  {
    code: 'key-not-found',
    phrases: ['doesnotexist', 'isnotfound', 'invalidkeyid'],
    pattern:
      /(?:\b(?<code>(?:KMS\.?)?NotFoundException)\b[^\n]{0,200}?)?(?:\bKey ["'](?<key>arn:[\w-]{1,20}:kms:(?<region>[\w-]{1,30}):(?<account>\d{12}|\*{8,12}\d{0,4}):key\/[\w-]{1,60})["'] does not exist|\bAlias (?<alias>arn:[\w-]{1,20}:kms:(?<region2>[\w-]{1,30}):(?<account2>\d{12}|\*{8,12}\d{0,4}):alias\/[\w/-]{1,256}) is not found|\bInvalid keyId\b)/,
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
    text: ({ region, region2, account, account2 }) => {
      const [place, owner] = [region ?? region2, account ?? account2]
      return `KMS found no such key${owner === undefined ? '' : ` in account ${owner}, ${place}`}, so no policy was evaluated. A key id or alias without its ARN is looked up in the account and Region of the caller. For a key of another account, give the full ARN of the key (\`aws kms describe-key --key-id KEY --query KeyMetadata.Arn\`, run where the key is). Otherwise the key was deleted, or the Region is wrong.`
    },
  },
  {
    code: 'ciphertext',
    phrases: ['incorrectkeyexception', 'invalidciphertextexception'],
    pattern: /\b(?<code>IncorrectKeyException|InvalidCiphertextException)\b/,
    // https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
    text: 'The ciphertext was not made with this key, or with another encryption context, or it is damaged (decode base64 first). No policy denied the call. Leave out `--key-id`, or give the key and the encryption context that it was encrypted with.',
  },
  {
    code: 'default-key',
    phrases: ['ifyouencryptthesecretwiththedefaultkms'],
    pattern:
      /can['’]t access a secret from a different AWS account if you encrypt the secret with the default KMS service key/i,
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
    text: 'The secret is encrypted with the AWS managed key `aws/secretsmanager`, which no other account can use, whatever the policies allow. Encrypt it with a customer managed key: `aws secretsmanager update-secret --secret-id SECRET_ARN --kms-key-id KEY_ARN`. Then the policy of the secret and the key policy (`kms:Decrypt`) have to allow the caller, and so does the caller’s own policy.',
  },
  {
    code: 'secret-state',
    phrases: ['itwasmarkedfordeletion', 'isalreadyscheduledfordeletion'],
    pattern:
      /\bsecret because it was (?:marked for deletion|deleted)\b|\bsecret with this name is already scheduled for deletion\b/i,
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
    text: 'The secret is scheduled for deletion, so nobody can read or replace it. `aws secretsmanager restore-secret --secret-id SECRET` brings it back; `aws secretsmanager delete-secret --secret-id SECRET --force-delete-without-recovery` frees the name for good. No policy denied the call.',
  },
  {
    code: 'malformed-request',
    phrases: ['keyisinvalidforcreategrant', 'keyaliasesarenotsupported', 'arndoesnotrefertoavalidprincipal'],
    pattern:
      /\bKMS key is invalid for CreateGrant\b(?:[^]{0,300}?\b(?:(?<alias>Key Aliases are not supported)|(?<principal>ARN does not refer to a valid principal)))?/i,
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    text: ({ alias, principal }) =>
      alias !== undefined
        ? 'Lambda takes the ARN of the key here, not that of an alias: `aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn`. No policy denied the call.'
        : principal !== undefined
          ? 'KMS does not know the execution role of the function: it was created seconds ago (try again), or deleted and created again (set the role of the function anew). No policy denied the call.'
          : 'KMS made no grant for the execution role of the function. The rest of the message says why: the ARN of the key, its state, or the role.',
  },
]
