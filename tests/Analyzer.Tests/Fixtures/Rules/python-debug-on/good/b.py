trainer.run(debug=True)
