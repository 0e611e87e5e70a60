use reqwest::{
    Client, Method,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::{Value, json};

/// The API below a base URL.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: Option<String>,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
}

impl Api {
    /// The API at `base`, for example `http://127.0.0.1:8080`.
    pub fn at(base: &str) -> Self {
        Self { client: Client::new(), base: base.trim_end_matches('/').to_owned(), token: None }
    }

    /// The same, called by whomever `token` speaks for.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// An absolute URL as it is, a path below the base.
    pub fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) }
    }

    /// Sends a request with exactly these headers and this body.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Vec<u8>>) -> Reply {
        let method: Method = method.parse().expect("a method");
        let mut request = self.client.request(method.clone(), self.url(path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{method} {path} got no answer: {error:?}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap_or_else(|error| panic!("{method} {path}: the answer broke off: {error:?}"));
        Reply { status, headers, text }
    }

    /// Sends JSON with `Content-Type: application/json` and more headers.
    pub async fn json(&self, method: &str, path: &str, more: &[(&str, &str)], body: &Value) -> Reply {
        let headers: Vec<_> = [(CONTENT_TYPE.as_str(), "application/json")].into_iter().chain(more.iter().copied()).collect();
        self.send(method, path, &headers, Some(body.to_string().into_bytes())).await
    }

    /// Sends a request without a body.
    pub async fn bare(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(method, path, headers, None).await
    }

    /// Creates a todo and gives its JSON.
    pub async fn create(&self, title: &str) -> Value {
        self.json("POST", TODOS, &[], &json!({ "title": title })).await.expect(201).value()
    }

    /// The whole collection.
    pub async fn all(&self) -> Vec<Value> {
        let list = self.bare("GET", TODOS, &[]).await.expect(200).value();
        list.as_array().expect("an array of todos").clone()
    }
}

/// The collection's path.
pub(crate) const TODOS: &str = "/api/v1/todos";

impl Reply {
    /// This answer, which must have `status`.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "the answer was: {}", self.text);
        self
    }

    /// The body as JSON.
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text))
    }

    /// A header's text, empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of ASCII"))
    }

    /// The problem that this answer must be: of `status` and of the kind `slug`, whole by RFC 9457.
    pub fn problem(&self, status: u16, slug: &str) -> Value {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "the answer was: {}", self.text);
        let problem = self.value();
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        for member in ["title", "detail", "instance", "remedy"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member} is missing: {problem}");
        }
        assert!(!self.header("x-request-id").is_empty(), "X-Request-Id is missing");
        problem
    }
}

/// The text of a member.
pub(crate) fn text<'a>(todo: &'a Value, member: &str) -> &'a str {
    todo[member].as_str().unwrap_or_else(|| panic!("{member} is no text: {todo}"))
}

/// A key that nobody used before.
pub(crate) fn fresh_key() -> String {
    uuid::Uuid::new_v4().to_string()
}
