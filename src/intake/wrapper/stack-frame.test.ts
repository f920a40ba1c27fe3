/** A stack of the JavaScript SDK names the call that was refused where the message does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from '../read-text.ts'

const frame = (name: string, client: string): string =>
  `    at ${name} (/srv/node_modules/@aws-sdk/client-${client}/dist-cjs/index.js:12:9)`
const INNER =
  '    at throwDefaultError (/srv/node_modules/@smithy/smithy-client/dist-cjs/index.js:8:20)\n    at /srv/node_modules/@smithy/smithy-client/dist-cjs/index.js:8:5\n'
const read = (text: string) => {
  const denials = readText(text)
  assert.equal(denials.length, 1)
  const [denial] = denials
  return [denial?.action, denial?.operation, denial?.eventSource, denial?.evidence.actionFrom]
}

const PUT_TAGGING = ['s3:PutObjectTagging', 'PutObjectTagging', 's3.amazonaws.com', 'mapped']

test('the frame of every generation of the SDK is read', () => {
  for (const name of [
    'de_PutObjectTaggingCommandError',
    'deserializeAws_restXmlPutObjectTaggingCommandError',
    'null.deserializeAws_restXmlPutObjectTaggingCommandError',
    'async de_PutObjectTaggingCommandError',
  ])
    assert.deepEqual(read(`AccessDenied: Access Denied\n${INNER}${frame(name, 's3')}\n`), PUT_TAGGING, name)
})

test('the generated name of a reader is known in a bundle too', () => {
  const frame = '    at deserializeAws_restXmlPutObjectTaggingCommandError (/srv/main.js:55:43)\n'
  assert.deepEqual(read(`AccessDenied: Access Denied\n${frame}`), [...PUT_TAGGING.slice(0, 2), null, 'mapped'])
})

test('a frame that names no call still says which service answered', () => {
  assert.deepEqual(read(`AccessDenied: Access Denied\n${frame('de_CommandError', 'sts')}\n`), [
    null,
    null,
    'sts.amazonaws.com',
    null,
  ])
})

test('the stack of an error that is printed as JSON is read, as a list or as a string', () => {
  const list = frame('de_PutObjectTaggingCommandError', 's3')
  const head = '{\n  "name": "AccessDenied",\n  "message": "Access Denied",\n  "$metadata": {"attempts": 1},\n'
  assert.deepEqual(read(`${head}  "stack": [\n    "AccessDenied: Access Denied",\n    "${list}"\n  ]\n}`), PUT_TAGGING)
  assert.deepEqual(read(`${head}  "stack": "AccessDenied: Access Denied\\n${list}"\n}`), PUT_TAGGING)
})

test('the stack of another error that follows is not read', () => {
  const next = `ValidationException: no such index\n${frame('de_QueryCommandError', 'dynamodb')}\n`
  const json = JSON.stringify({ level: 'error', stack: next })
  for (const text of [`AccessDenied: Access Denied\n${next}`, `{"name":"AccessDenied"}\n${json}`])
    assert.deepEqual(read(text).slice(0, 3), [null, null, null], text)
})

test('a stack of the program alone says nothing', () => {
  assert.deepEqual(
    read('AccessDenied: Access Denied\n    at de_PutObjectCommandError (/srv/app.js:1:2)\n').slice(0, 3),
    [null, null, null],
  )
})

test('what the message says stands before the stack', () => {
  const text =
    'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied\n' +
    frame('de_CopyObjectCommandError', 's3')
  assert.deepEqual(read(text).slice(0, 2), ['s3:PutObject', 'PutObject'])
})

const JAVA_1 = `com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: 8PZ5Z2T9E6GBFPQK; Proxy: null)
${'\tat com.amazonaws.http.AmazonHttpClient$RequestExecutor.handleErrorResponse(AmazonHttpClient.java:1879)\n'.repeat(24)}\tat com.amazonaws.services.s3.AmazonS3Client.invoke(AmazonS3Client.java:5453)
\tat com.amazonaws.services.s3.AmazonS3Client.putObject(AmazonS3Client.java:1861)
\tat com.example.Upload.run(Upload.java:10)`
const JAVA_2 = `software.amazon.awssdk.services.s3.model.S3Exception: Access Denied (Service: S3, Status Code: 403, Request ID: 8PZ5Z2T9E6GBFPQK)
\tat software.amazon.awssdk.core.internal.http.AmazonSyncHttpClient.execute(AmazonSyncHttpClient.java:50)
\tat software.amazon.awssdk.services.s3.DefaultS3Client.putObject(DefaultS3Client.java:9325)
\tat com.example.Upload.run(Upload.java:10)`
const NET = `Amazon.S3.AmazonS3Exception: Access Denied
 ---> Amazon.Runtime.Internal.HttpErrorResponseException: Exception of type 'HttpErrorResponseException' was thrown.
   at Amazon.Runtime.Internal.Unmarshaller.InvokeAsync[T](IExecutionContext executionContext)
   --- End of inner exception stack trace ---
   at Amazon.S3.AmazonS3Client.PutObjectAsync(PutObjectRequest request)
   at Example.Upload.Run()`

test('the method of a client of Java or .NET names the call, however far down it stands', () => {
  for (const text of [JAVA_1, JAVA_2, NET])
    assert.deepEqual(read(text), ['s3:PutObject', 'PutObject', 's3.amazonaws.com', 'mapped'], text.slice(0, 60))
})

test('the stack of another error names no call', () => {
  const other = JAVA_2.replace(
    '\tat software.amazon.awssdk.services',
    'Caused by: x\n\tat software.amazon.awssdk.services',
  )
  assert.equal(read(other)[0], null)
})
