//! Answers requests at Fastly's edge: greets, and counts the words of what is sent.

use fastly::http::{header, Method, StatusCode};
use fastly::{Error, Request, Response};

const LONGEST_NAME: usize = 64;

fn greeting(request: &Request) -> Response {
    let name = request.get_query_parameter("name").unwrap_or("world");
    let name: String = name.chars().take(LONGEST_NAME).collect();
    Response::from_body(format!("hello {name}\n"))
}

fn counted(mut request: Request) -> Response {
    let text = request.take_body_str();
    let (lines, words) = (text.lines().count(), text.split_whitespace().count());
    Response::from_body(format!("{{\"lines\":{lines},\"words\":{words},\"bytes\":{}}}", text.len()))
        .with_header(header::CONTENT_TYPE, "application/json")
}

#[fastly::main]
fn main(request: Request) -> Result<Response, Error> {
    let path = request.get_path().to_owned();
    let response = match (request.get_method(), path.as_str()) {
        (&Method::GET, "/hello") => greeting(&request),
        (&Method::POST, "/count") => counted(request),
        (_, "/hello" | "/count") => Response::from_status(StatusCode::METHOD_NOT_ALLOWED),
        _ => Response::from_status(StatusCode::NOT_FOUND).with_body_text_plain("there is no such page\n"),
    };
    Ok(response)
}
