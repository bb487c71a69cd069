// The commands of each data type, as templates. Left out is what two runs of one server may answer
// differently: random members, time to live, idle times, ids made from the clock.
import type { Dice } from "./dice.ts";
import { type Command, fill } from "./words.ts";

const strings = `SET :string :value
SET :string :value NX GET
SET :string :value EXAT :when
SET :string :value XX KEEPTTL
GET :string
GETDEL :string
GETEX :string PERSIST
GETSET :string :value
GETRANGE :string :index :index
SETRANGE :string :bit :value
SUBSTR :string 0 3
APPEND :string :value
STRLEN :string
INCR :string
DECRBY :string :int
INCRBY :string :int
INCRBYFLOAT :string :float
MGET :string :string :list :string
MSET :string :value :string :value
MSETNX :string :value :string :value
SETNX :string :value
LCS :string :string IDX
LCS :string :string LEN
SET :string :value PXAT 4000000123456`;

const hashes = `HSET :hash :field :value
HSET :hash :field :value :field :value :field :value
HGET :hash :field
HMGET :hash :field :field :field
HGETALL :hash
HDEL :hash :field :field
HEXISTS :hash :field
HINCRBY :hash :field :int
HINCRBYFLOAT :hash :field :float
HKEYS :hash
HVALS :hash
HLEN :hash
HSTRLEN :hash :field
HSETNX :hash :field :value
HSCAN :hash 0 MATCH :glob`;

const lists = `RPUSH :list :value
LPUSH :list :value :value :value
RPUSHX :list :value
LPOP :list
RPOP :list 2
LRANGE :list :index :index
LRANGE :list 0 -1
LINDEX :list :index
LINSERT :list BEFORE :value :value
LLEN :list
LMOVE :list :list LEFT RIGHT
RPOPLPUSH :list :list
LMPOP 2 :list :list LEFT COUNT 2
LPOS :list :value COUNT 0
LREM :list 1 :value
LSET :list :index :value
LTRIM :list -20 -1
SORT :list ALPHA LIMIT 0 5
SORT :list BY s* GET # GET h*->f1 ALPHA`;

const sets = `SADD :set :value
SADD :set :int :int :int
SREM :set :value :int
SISMEMBER :set :value
SMISMEMBER :set :value :int
SMEMBERS :set
SCARD :set
SMOVE :set :set :int
SINTER :set :set
SINTERCARD 2 :set :set LIMIT 3
SUNION :set :set
SDIFF :set :set :set
SUNIONSTORE :set :set :set
SDIFFSTORE :set :set :set
SSCAN :set 0 COUNT 100
SORT :set ALPHA DESC`;

const sortedSets = `ZADD :zset :float :field
ZADD :zset GT CH :int :field :int :field
ZADD :zset INCR :int :field
ZINCRBY :zset :float :field
ZREM :zset :field :field
ZSCORE :zset :field
ZMSCORE :zset :field :field
ZRANK :zset :field
ZREVRANK :zset :field
ZCARD :zset
ZCOUNT :zset :bound :bound
ZLEXCOUNT :zset - +
ZRANGE :zset 0 -1 WITHSCORES
ZRANGE :zset :bound :bound BYSCORE LIMIT 0 3
ZREVRANGE :zset :index :index
ZRANGESTORE :zset :zset 0 4
ZPOPMIN :zset
ZPOPMAX :zset 2
ZMPOP 2 :zset :zset MIN
ZUNION 2 :zset :zset WITHSCORES
ZINTER 2 :zset :zset WEIGHTS 2 3
ZDIFF 2 :zset :zset
ZUNIONSTORE :zset 2 :zset :set AGGREGATE MAX
ZREMRANGEBYRANK :zset 10 -1
ZSCAN :zset 0`;

const streams = `XADD :stream :id :field :value
XADD :stream MAXLEN 10 :id :field :value :field :value
XLEN :stream
XRANGE :stream - +
XREVRANGE :stream + - COUNT 2
XREAD COUNT 3 STREAMS :stream :stream 0 :id
XDEL :stream :id
XTRIM :stream MAXLEN 5
XGROUP CREATE :stream group 0 MKSTREAM
XGROUP CREATECONSUMER :stream group one
XGROUP DESTROY :stream group
XREADGROUP GROUP group one COUNT 2 STREAMS :stream >
XREADGROUP GROUP group two STREAMS :stream 0
XACK :stream group :id :id
XPENDING :stream group
XCLAIM :stream group two 0 :id JUSTID
XAUTOCLAIM :stream group one 0 0 COUNT 2
XSETID :stream :id
XINFO STREAM :stream`;

const rest = `PFADD :loglog :value :value
PFCOUNT :loglog :loglog
PFMERGE :loglog :loglog :loglog
GEOADD :geo :place :field
GEODIST :geo :field :field km
GEOHASH :geo :field :field
GEOPOS :geo :field :field
GEOSEARCH :geo FROMLONLAT 15 37 BYRADIUS 2000 km ASC WITHCOORD WITHDIST
GEOSEARCHSTORE :geo :geo FROMLONLAT 10 45 BYBOX 3000 3000 km
GEORADIUS :geo 15 37 500 km
SETBIT :bits :bit 1
GETBIT :bits :bit
BITCOUNT :bits
BITPOS :bits 1
BITOP XOR :bits :bits :bits
BITFIELD :bits SET u8 :bit 255 GET i5 0 OVERFLOW FAIL INCRBY u2 100 1
BITFIELD_RO :bits GET u4 0`;

const keys = `DEL :key
UNLINK :key :key
EXISTS :key :key
TYPE :key
EXPIREAT :key :when
EXPIRETIME :key
PERSIST :key
RENAME :key :key
RENAMENX :key :key
COPY :key :key REPLACE
MOVE :key 1
TOUCH :key :key
OBJECT ENCODING :key
RESTORE :key 0 :value
DBSIZE
ECHO :value
PING
PING :value
TYPE nothing
CLIENT GETNAME
CLIENT TRACKINGINFO
COMMAND COUNT
COMMAND INFO get multi nothing
COMMAND GETKEYS SET :string :value
CONFIG GET maxmemory*
PUBSUB NUMSUB :channel
PUBLISH :channel :value
SPUBLISH :channel :value
ACL WHOAMI
LOLWUT VERSION 99 :value
WAIT 0 0`;

const errors = `GET
SET :string
SET :string :value EX nonsense
SET :string :value NX XX
PSETEX :string nonsense :value
HSET :hash :field
LPUSH :list
ZADD :zset nonsense :field
INCRBY :string nonsense
LINDEX :list nonsense
NOSUCHCOMMAND :value :value
OBJECT NOSUCHSUBCOMMAND :key
CLIENT SETINFO LIB-NAME x
CLIENT REPLY PERHAPS
CLIENT CACHING YES
CLIENT KILL 0.0.0.0:0
EXEC
DISCARD
SELECT nonsense
SELECT 99
AUTH
XADD :stream 0-0 f v
XREAD STREAMS :stream
EVALSHA ffffffffffffffffffffffffffffffffffffffff 0
FCALL nothing 0
BLPOP :list nonsense
SUBSCRIBE
DEBUG NOTHING
RESTORE :key -1 x
SETRANGE :string -1 x
HELLO 9
HELLO nonsense
SORT :list BY
BITFIELD :bits GET u99 0`;

const templates = (text: string): readonly string[] => text.split("\n");

const ERRORS = templates(errors);
/** One family in a list of its own, so that each is met equally often, however many commands it has. */
const FAMILIES: readonly (readonly string[])[] = [
  strings,
  hashes,
  lists,
  sets,
  sortedSets,
  streams,
  rest,
  keys,
].map(templates);

export const anyCommand = (dice: Dice): Command => fill(dice.pick(dice.pick(FAMILIES)), dice);
export const anyMistake = (dice: Dice): Command => fill(dice.pick(ERRORS), dice);
export const someCommands = (dice: Dice, most: number): readonly Command[] =>
  Array.from({ length: dice.skewed(most) }, () => anyCommand(dice));
