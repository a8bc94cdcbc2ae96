fn main() {
    let url = std::env::var("DATABASE_URL");
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {}
}
