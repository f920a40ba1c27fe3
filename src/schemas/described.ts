import { z } from 'zod'

export const string = z.string()
export const flag = z.boolean()
export const count = z.int().nonnegative()
export const number = z.number()
export const anything = z.unknown()
/** An object whose fields are described elsewhere: a policy document, a record of CloudTrail. */
export const object = z.record(z.string(), z.unknown())

/** A text of a file that people write: it says something. */
export const text = z.string().min(1)
/** A text, or texts of which each is tried. */
export const oneOrMore = z.union([text, z.array(text).min(1)])
/** Twelve digits, as a text: a number has lost its leading zeros. */
export const accountId = text.regex(/^\d{12}$/)

export const list = <T extends z.ZodType>(items: T): z.ZodArray<T> => z.array(items)
export const map = <T extends z.ZodType>(values: T): z.ZodRecord<z.ZodString, T> => z.record(z.string(), values)
export const oneOf = <const T extends readonly string[]>(...values: T) => z.enum(values)
export const orNull = <T extends z.ZodType>(schema: T): z.ZodNullable<T> => z.nullable(schema)

/**
 * Schema with what it means, a sentence, and how it looks. An enumeration shows its first value; of an object whose own fields have
 * examples, and of a list of those, none is needed.
 */
export function is<T extends z.ZodType>(schema: T, description: string, ...examples: readonly unknown[]): T {
  const shown = examples.length === 0 ? ofKind(schema) : examples
  return schema.meta({ description, ...(shown.length === 0 ? {} : { examples: [...shown] }) })
}

function ofKind(schema: z.ZodType): readonly unknown[] {
  if (schema instanceof z.ZodEnum) return schema.options.slice(0, 1)
  return schema instanceof z.ZodNullable ? ofKind(schema.unwrap() as z.ZodType) : []
}

/** The version of every answer's shape; within it fields are added, none is renamed or dropped. */
export const version = is(
  z.literal(1),
  'Version of the shape: within it fields are added, none is renamed or dropped',
  1,
)

/** Texts and numbers that examples share. */
export const SHOWN = {
  account: '111122223333',
  session: 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci',
  role: 'arn:aws:iam::111122223333:role/deploy-role',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
  time: '2026-04-27T10:03:00Z',
  eventId: 'c2f1a8f0-5a3f-4f0e-9a3e-2b1f5f2c7a10',
  requestId: '4XBGT7W2QHEXAMPL',
  message:
    'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" because no identity-based policy allows the s3:PutObject action',
} as const
