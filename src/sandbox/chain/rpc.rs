//! Ethereum JSON-RPC over the chain: what wallets and facilitators ask for, and no more. Requests
//! and answers have the shapes of the execution API specification.

use alloy_consensus::TxEnvelope;
use alloy_eips::eip2718::Decodable2718;
use alloy_eips::{BlockId, BlockNumberOrTag};
use alloy_primitives::{Bytes, TxKind, U64};
use alloy_rpc_types_eth::{Filter, FilterBlockOption, TransactionRequest};
use alloy_sol_types::{Revert, SolError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::block::Block;
use super::execute::Call;
use super::{Chain, ChainError, ID, Node};

/// Most requests in one batch.
const BATCH: usize = 100;

/// A JSON-RPC 2.0 error object.
#[derive(Debug)]
struct Fault {
    code: i32,
    message: String,
    data: Option<Bytes>,
}

impl Fault {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }
}

impl From<ChainError> for Fault {
    fn from(error: ChainError) -> Self {
        match error {
            ChainError::Reverted(data) => {
                let message = match Revert::abi_decode(&data) {
                    Ok(Revert { reason }) => format!("execution reverted: {reason}"),
                    Err(_) => "execution reverted".to_owned(),
                };
                Self { code: 3, message, data: Some(data) }
            }
            other => Self::new(-32000, other.to_string()),
        }
    }
}

#[derive(Deserialize)]
struct Request {
    method: String,
    #[serde(default)]
    params: Vec<Value>,
    /// Absent in a notification, which gets no answer.
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
}

/// Tells `"id": null` from no `id` at all.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// Answers the body of a POST at `now` (Unix seconds): one request or a batch. `None` when it
/// holds notifications only.
pub(crate) fn answer(node: &Node, body: &[u8], now: u64) -> Option<Value> {
    match serde_json::from_slice(body) {
        Err(_) => Some(failure(Fault::new(-32700, "the body is not JSON"), &Value::Null)),
        Ok(Value::Array(requests)) if requests.is_empty() || requests.len() > BATCH => {
            let message = format!("a batch holds 1 to {BATCH} requests");
            Some(failure(Fault::new(-32600, message), &Value::Null))
        }
        Ok(Value::Array(requests)) => {
            let answers: Vec<Value> =
                requests.into_iter().filter_map(|request| one(node, request, now)).collect();
            (!answers.is_empty()).then_some(Value::Array(answers))
        }
        Ok(request) => one(node, request, now),
    }
}

fn one(node: &Node, request: Value, now: u64) -> Option<Value> {
    let Ok(request) = Request::deserialize(request) else {
        return Some(failure(Fault::new(-32600, "not a JSON-RPC request"), &Value::Null));
    };
    let result = method(node, &request.method, &request.params, now);
    let id = request.id?;
    Some(match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(fault) => failure(fault, &id),
    })
}

fn failure(fault: Fault, id: &Value) -> Value {
    let mut error = json!({ "code": fault.code, "message": fault.message });
    if let (Some(data), Some(members)) = (fault.data, error.as_object_mut()) {
        members.insert("data".to_owned(), json!(data));
    }
    json!({ "jsonrpc": "2.0", "id": id, "error": error })
}

fn method(node: &Node, name: &str, params: &[Value], now: u64) -> Result<Value, Fault> {
    let mut chain = node.chain();
    match name {
        "web3_clientVersion" => Ok(json!(concat!("pay402-sandbox/", env!("CARGO_PKG_VERSION")))),
        "net_version" => Ok(json!(ID.to_string())),
        "eth_chainId" => Ok(json!(U64::from(ID))),
        "eth_blockNumber" => Ok(json!(U64::from(chain.height()))),
        "eth_gasPrice" | "eth_maxPriorityFeePerGas" => Ok(json!(U64::ZERO)),
        "eth_feeHistory" => Ok(fee_history(&chain, required(params, 0)?, tag(&chain, params, 1)?)),
        "eth_getBalance" => {
            newest(&chain, params, 1)?;
            Ok(json!(chain.ether(required(params, 0)?)))
        }
        "eth_getCode" => {
            newest(&chain, params, 1)?;
            Ok(json!(chain.code(required(params, 0)?)))
        }
        "eth_getTransactionCount" => {
            newest(&chain, params, 1)?;
            Ok(json!(U64::from(chain.nonce(required(params, 0)?))))
        }
        "eth_call" => {
            newest(&chain, params, 1)?;
            Ok(json!(chain.call(call(params)?, now)?))
        }
        "eth_estimateGas" => {
            newest(&chain, params, 1)?;
            Ok(json!(U64::from(chain.estimate(call(params)?, now)?)))
        }
        "eth_sendRawTransaction" => {
            let bytes: Bytes = required(params, 0)?;
            let transaction =
                TxEnvelope::decode_2718_exact(&bytes).map_err(ChainError::Encoding)?;
            Ok(json!(chain.submit(transaction, now)?))
        }
        "eth_getTransactionByHash" => {
            let block = chain.block_of(required(params, 0)?);
            Ok(json!(block.and_then(Block::transaction)))
        }
        "eth_getTransactionReceipt" => {
            let block = chain.block_of(required(params, 0)?);
            Ok(json!(block.and_then(Block::receipt)))
        }
        "eth_getBlockByNumber" => {
            let block = chain.block(number(&chain, required(params, 0)?));
            Ok(json!(block.map(|block| block.to_rpc(full(params)))))
        }
        "eth_getBlockByHash" => {
            let block = chain.block_by_hash(required(params, 0)?);
            Ok(json!(block.map(|block| block.to_rpc(full(params)))))
        }
        "eth_getLogs" => logs(&chain, &required(params, 0)?),
        _ => Err(Fault::new(-32601, "this chain does not know the method")),
    }
}

/// Fees are nothing in every block, so their history is as well.
fn fee_history(chain: &Chain, count: U64, newest: BlockNumberOrTag) -> Value {
    let newest = number(chain, newest).min(chain.height());
    let count = count.saturating_to::<u64>().clamp(1, 1024).min(newest.saturating_add(1));
    json!({
        "oldestBlock": U64::from(newest.saturating_add(1).saturating_sub(count)),
        "baseFeePerGas": (0..=count).map(|_| "0x0").collect::<Vec<_>>(),
        "gasUsedRatio": (0..count).map(|_| 0).collect::<Vec<_>>(),
        "reward": (0..count).map(|_| ["0x0"]).collect::<Vec<_>>(),
    })
}

fn logs(chain: &Chain, filter: &Filter) -> Result<Value, Fault> {
    let (from, to) = match filter.block_option {
        FilterBlockOption::Range { from_block, to_block } => (
            number(chain, from_block.unwrap_or_default()),
            number(chain, to_block.unwrap_or_default()),
        ),
        FilterBlockOption::AtBlockHash(hash) => {
            let block = chain.block_by_hash(hash).map(Block::number);
            let number = block.ok_or_else(|| Fault::new(-32000, "there is no such block"))?;
            (number, number)
        }
    };
    Ok(json!(chain.logs(filter, from, to)))
}

fn call(params: &[Value]) -> Result<Call, Fault> {
    if params.get(2).is_some_and(|overrides| !overrides.is_null()) {
        return Err(Fault::new(-32602, "state overrides are not supported"));
    }
    let request: TransactionRequest = required(params, 0)?;
    Ok(Call {
        from: request.from.unwrap_or_default(),
        to: request.to.unwrap_or(TxKind::Create),
        value: request.value.unwrap_or_default(),
        gas: request.gas,
        data: request.input.into_input().unwrap_or_default(),
    })
}

fn required<T: DeserializeOwned>(params: &[Value], index: usize) -> Result<T, Fault> {
    let missing = || Fault::new(-32602, format!("parameter {index} is missing"));
    let value = params.get(index).ok_or_else(missing)?;
    T::deserialize(value).map_err(|error| Fault::new(-32602, format!("parameter {index}: {error}")))
}

/// A block tag, `latest` when left out.
fn tag(chain: &Chain, params: &[Value], index: usize) -> Result<BlockNumberOrTag, Fault> {
    match params.get(index) {
        None | Some(Value::Null) => Ok(BlockNumberOrTag::Latest),
        Some(_) => match required(params, index)? {
            BlockId::Number(tag) => Ok(tag),
            BlockId::Hash(hash) => {
                let block = chain.block_by_hash(hash.block_hash);
                let block = block.ok_or_else(|| Fault::new(-32000, "there is no such block"))?;
                Ok(BlockNumberOrTag::Number(block.number()))
            }
        },
    }
}

/// Refuses a question about a state that is gone.
fn newest(chain: &Chain, params: &[Value], index: usize) -> Result<(), Fault> {
    if number(chain, tag(chain, params, index)?) == chain.height() {
        return Ok(());
    }
    Err(Fault::new(-32000, "only the newest state is kept"))
}

fn number(chain: &Chain, tag: BlockNumberOrTag) -> u64 {
    match tag {
        BlockNumberOrTag::Number(number) => number,
        BlockNumberOrTag::Earliest => 0,
        _ => chain.height(),
    }
}

/// Whether a block is asked for with its transactions or only their hashes.
fn full(params: &[Value]) -> bool {
    params.get(1).and_then(Value::as_bool).unwrap_or(false)
}
