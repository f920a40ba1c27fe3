/**
 * Actions with which Lambda reads an event source, all of them with the role of the function.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export const QUEUE_READS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html */
export const STREAM_READS = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
] as const

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
export const TABLE_STREAM_READS = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
] as const
