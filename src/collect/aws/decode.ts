import { DecodeAuthorizationMessageCommand, STSClient } from '@aws-sdk/client-sts'
import { type AwsSettings, openAccess } from './account-access.ts'
import { errorName, isCredentialFault, reasonOf } from './outcome.ts'

/** AWS's answer to one encoded message: the document in it as text, or why there is none. */
export type DecodedAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly cause: 'refused' | 'not-decodable' | 'failed'; readonly reason: string }

const CALL = 'sts:DecodeAuthorizationMessage'

/**
 * Decoded authorization messages, by the encoded message (sts:DecodeAuthorizationMessage; only the message is sent). A
 * refusal is an answer; credentials and a network that fail are thrown.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export async function decodeMessages(
  settings: Omit<AwsSettings, 'concurrency'>,
  messages: readonly string[],
): Promise<ReadonlyMap<string, DecodedAnswer>> {
  const { own } = await openAccess({ ...settings, concurrency: 4 })
  const client = own.client(STSClient)
  const answers = await Promise.all(messages.map(async (message) => [message, await ask(client, message)] as const))
  return new Map(answers)
}

async function ask(client: STSClient, message: string): Promise<DecodedAnswer> {
  try {
    const { DecodedMessage } = await client.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: message }))
    return { ok: true, text: DecodedMessage ?? '' }
  } catch (error) {
    if (isCredentialFault(error) || !(error instanceof Error) || !('$fault' in error)) throw error
    return { ok: false, cause: causeOf(errorName(error)), reason: reasonOf(CALL, error) }
  }
}

const CAUSES: Readonly<Record<string, 'refused' | 'not-decodable'>> = {
  AccessDenied: 'refused',
  AccessDeniedException: 'refused',
  InvalidAuthorizationMessageException: 'not-decodable',
  InvalidAuthorizationMessage: 'not-decodable',
}

const causeOf = (name: string): 'refused' | 'not-decodable' | 'failed' =>
  Object.hasOwn(CAUSES, name) ? (CAUSES[name] ?? 'failed') : 'failed'
