/** A JSON Schema (2020-12) as far as the description of the service needs it. */
export type Schema = Readonly<Record<string, unknown>>

export type Fields = Readonly<Record<string, Schema>>

export const text: Schema = { type: 'string' }
export const flag: Schema = { type: 'boolean' }
export const count: Schema = { type: 'integer', minimum: 0 }
export const anything: Schema = {}
export const object: Schema = { type: 'object' }
export const version: Schema = { const: 1 }

export const list = (items: Schema): Schema => ({ type: 'array', items })
export const oneOf = (...values: readonly string[]): Schema => ({ enum: values })
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] })
export const anyOf = (...schemas: readonly Schema[]): Schema => ({ anyOf: schemas })
export const map = (values: Schema): Schema => ({ type: 'object', additionalProperties: values })
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })

/** An object with fields that are always there, and fields that may be; others may come with a later version. */
export const fields = (always: Fields, maybe: Fields = {}): Schema => ({
  type: 'object',
  properties: { ...always, ...maybe },
  required: Object.keys(always),
})
